package app.goalgpt.console.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The page's files, held in memory: what is not in this list is not there, whatever the path says.
 */
final class PageFiles {
  private static final List<String> NAMES =
      List.of(
          "index.html",
          "console.css",
          "icon.svg",
          "main.js",
          "api.js",
          "live.js",
          "dom.js",
          "format.js",
          "charts.js",
          "rewards.js",
          "jobs.js",
          "campaigns.js",
          "customers.js",
          "letters.js",
          "changes.js");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  /**
   * @param tag of its content: a browser asks with it whether there is anything new
   */
  record File(String type, byte[] bytes, String tag) {}

  private final Map<String, File> byPath = new LinkedHashMap<>();

  PageFiles() {
    NAMES.forEach(name -> byPath.put("/" + name, load(name)));
    byPath.put("/", byPath.get("/index.html"));
  }

  /** Null when there is none. */
  File at(String path) {
    return byPath.get(path);
  }

  private static File load(String name) {
    try (InputStream in =
        PageFiles.class.getResourceAsStream("/app/goalgpt/console/page/" + name)) {
      byte[] bytes = in.readAllBytes();
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      String tag = '"' + HexFormat.of().formatHex(hash, 0, 12) + '"';
      return new File(TYPES.get(name.substring(name.lastIndexOf('.') + 1)), bytes, tag);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
