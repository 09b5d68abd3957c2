package app.goalgpt.endtoend;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A small JVM with this class path, its standard error in a file of its own. */
final class Jvm implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final Process process;

  private final boolean piped;

  private Jvm(Process process, boolean piped) {
    this.process = process;
    this.piped = piped;
  }

  /**
   * @param heap the most that it may take, in megabytes
   * @param log where its standard error goes, and its standard output unless it is piped
   * @param piped whether {@link #line} and {@link #say} are used
   */
  static Jvm start(
      int heap, Path log, boolean piped, Map<String, String> settings, List<String> mainAndArgs) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xss512k"));
    command.add("-Xmx" + heap + "m");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(mainAndArgs);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(settings);
    ProcessBuilder.Redirect toLog = ProcessBuilder.Redirect.appendTo(log.toFile());
    builder.redirectError(toLog);
    if (!piped) {
      builder.redirectOutput(toLog);
      builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    }
    try {
      return new Jvm(builder.start(), piped);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + mainAndArgs, e);
    }
  }

  BufferedReader lines() {
    return process.inputReader(StandardCharsets.UTF_8);
  }

  void say(String line) throws IOException {
    process.outputWriter(StandardCharsets.UTF_8).write(line + "\n");
    process.outputWriter(StandardCharsets.UTF_8).flush();
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** kill -9. */
  void kill() {
    process.destroyForcibly();
    exitStatus();
  }

  int exitStatus() {
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("process %d does not end".formatted(process.pid()));
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a process", e);
    }
  }

  /** Asks it to end, by end-of-file or SIGTERM, and makes it end when it does not. */
  @Override
  public void close() {
    try {
      if (piped) {
        process.getOutputStream().close();
      } else {
        process.destroy();
      }
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
