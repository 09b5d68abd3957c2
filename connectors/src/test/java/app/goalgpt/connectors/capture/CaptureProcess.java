package app.goalgpt.connectors.capture;

import app.goalgpt.settings.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.File;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Capture in a JVM of its own, to be killed. */
final class CaptureProcess implements AutoCloseable {
  private final Process process;

  private CaptureProcess(Process process) {
    this.process = process;
  }

  static CaptureProcess start(Map<String, String> settings) throws IOException {
    String java =
        System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                java,
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                CaptureProcess.class.getName()));
    builder.environment().putAll(settings);
    builder.redirectOutput(ProcessBuilder.Redirect.INHERIT);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    return new CaptureProcess(builder.start());
  }

  /** kill -9. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
  }

  public static void main(String[] arguments) throws IOException {
    Capture.start(
        CaptureConfig.from(Settings.of(new HashMap<>(System.getenv()))),
        new SimpleMeterRegistry(),
        e -> System.exit(1));
    // Ends with the JVM that started it, should that be killed itself.
    while (System.in.read() >= 0) {
      continue;
    }
    System.exit(0);
  }
}
