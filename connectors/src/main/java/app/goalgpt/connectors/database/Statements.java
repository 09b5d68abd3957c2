package app.goalgpt.connectors.database;

import app.goalgpt.messages.AppTables;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** SQL in files beside the classes that use it. */
public final class Statements {
  private Statements() {}

  /**
   * @param beside a class of the package that the file is in
   * @return the file's statement with this deployment's names put in, and before it its name as a
   *     comment ({@link TimedConnections}): the package's and the file's
   */
  public static String read(Class<?> beside, String file, AppTables tables) {
    try (InputStream in = beside.getResourceAsStream(file)) {
      String room = beside.getPackageName();
      return "/* %s.%s */ "
              .formatted(room.substring(room.lastIndexOf('.') + 1), file.replace(".sql", ""))
          + tables.sql(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
