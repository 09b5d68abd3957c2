package app.goalgpt.embedded;

import com.sun.security.auth.module.UnixSystem;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * As whom Postgres's programs run. They refuse root, so root starts them in a user namespace of
 * their own (where they are nobody, and still own root's files) or, where those are not allowed (in
 * many containers), gives them to the user nobody.
 *
 * @param kind how
 * @param prefix what stands in front of every command
 */
record PostgresAccount(Kind kind, List<String> prefix) {
  private static final String NOBODY = "65534";

  enum Kind {
    SELF,
    NAMESPACE,
    NOBODY
  }

  static PostgresAccount detect() {
    if (new UnixSystem().getUid() != 0) {
      return of(Kind.SELF);
    }
    for (Kind kind : List.of(Kind.NAMESPACE, Kind.NOBODY)) {
      if (works(of(kind))) {
        return of(kind);
      }
    }
    throw new IllegalStateException(
        "Postgres does not run as root, and neither `unshare -U` (user namespaces) nor `setpriv"
            + " --reuid` works here: run this as an ordinary user");
  }

  static PostgresAccount of(Kind kind) {
    return new PostgresAccount(
        kind,
        switch (kind) {
          case SELF -> List.of();
          case NAMESPACE -> List.of("unshare", "-U");
          case NOBODY ->
              List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
        });
  }

  /** A user whom root's own cache folder is closed to. */
  boolean isOther() {
    return kind == Kind.NOBODY;
  }

  /** The command as this account runs it, away from the terminal's Ctrl-C. */
  List<String> command(List<String> command) {
    List<String> all = new ArrayList<>();
    if (onPath("setsid")) {
      all.add("setsid");
    }
    all.addAll(prefix);
    all.addAll(command);
    return all;
  }

  /** Gives the folder, with all in it, to this account. */
  void own(Path folder) throws IOException {
    if (isOther()) {
      output(List.of("chown", "-R", NOBODY + ":" + NOBODY, folder.toString()), "");
    }
  }

  /**
   * Makes sure that the account can reach a folder.
   *
   * @throws IllegalStateException when it cannot; the message says what to do
   */
  void requireReach(Path folder) {
    if (isOther() && !succeeds(command(List.of("test", "-x", folder.toString())))) {
      throw new IllegalStateException(
          "Postgres runs as the user nobody, because it refuses root, and nobody cannot enter %s:"
                  .formatted(folder)
              + " choose a folder that others may enter, or run this as an ordinary user");
    }
  }

  /** Runs a command to its end. */
  String run(List<String> command, String input) throws IOException {
    return output(command(command), input);
  }

  private static String output(List<String> command, String input) throws IOException {
    Process process =
        new ProcessBuilder(command).directory(new File("/")).redirectErrorStream(true).start();
    process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(
            "%s failed with status %d: %s"
                .formatted(String.join(" ", command), process.exitValue(), output.strip()));
      }
      return output;
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while running " + command.get(0), e);
    }
  }

  private static boolean works(PostgresAccount account) {
    return succeeds(account.command(List.of("true")));
  }

  private static boolean succeeds(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static boolean onPath(String program) {
    String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
    return Arrays.stream(path.split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
