package app.goalgpt.benchmarks.pipeline;

import app.goalgpt.benchmarks.measure.CpuUse;
import app.goalgpt.embedded.EmbeddedKafka;
import app.goalgpt.embedded.fcm.FakeFcmServer;
import app.goalgpt.embedded.fcm.Script;
import app.goalgpt.messages.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A broker and the fake FCM server in a process of their own. With two cores or more, and {@code
 * taskset} there, that process gets one and this one the others: the senders that are compared do
 * not take it from the server.
 */
public final class PushStage implements AutoCloseable {
  private final Process process;
  private final Map<String, String> settings;
  private final boolean isPinned;

  private PushStage(Process process, Map<String, String> settings, boolean isPinned) {
    this.process = process;
    this.settings = settings;
    this.isPinned = isPinned;
  }

  /**
   * @throws IOException when the process does not start
   */
  public static PushStage start() throws IOException, InterruptedException {
    int cores = Runtime.getRuntime().availableProcessors();
    boolean pin =
        cores > 1
            && succeeds(
                "taskset",
                "-apc",
                "0-" + (cores - 2),
                Long.toString(ProcessHandle.current().pid()));
    List<String> command = new ArrayList<>();
    if (pin) {
      command.addAll(List.of("taskset", "-c", Integer.toString(cores - 1)));
    }
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            // Seldom collected: a pause of theirs would look like one of the notifier's.
            "-Xms1g",
            "-Xmx1g",
            "-Xmn700m",
            "-XX:+UseSerialGC",
            // What the broker keeps is not copied again and again: pauses of 10 ms in place of 40.
            "-XX:MaxTenuringThreshold=1",
            "-Dlogback.configurationFile=app/goalgpt/benchmarks/logback.xml",
            "-cp",
            System.getProperty("java.class.path"),
            PushStage.class.getName()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    return new PushStage(process, settings(process), pin);
  }

  private static boolean succeeds(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false; // it is not there
    }
  }

  private static Map<String, String> settings(Process process) throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("{")) {
        Map<String, String> settings = new HashMap<>();
        Json.MAPPER
            .readTree(line)
            .properties()
            .forEach(field -> settings.put(field.getKey(), field.getValue().asText()));
        return settings;
      }
    }
    throw new IOException("the broker and the FCM server did not start");
  }

  /** What leads a notifier here. */
  public Map<String, String> settings() {
    return settings;
  }

  /** Who uses the CPU: this JVM's threads, and the other process. */
  public CpuUse watchCpu() {
    return CpuUse.watch("the broker and the FCM server", process.toHandle());
  }

  public String description() {
    return isPinned ? "the server has a core of its own" : "the server shares all cores";
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      if (process.waitFor(30, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }

  /** The process: prints its settings as one line of JSON, and ends when its input does. */
  public static void main(String[] arguments) throws IOException {
    try (EmbeddedKafka kafka = EmbeddedKafka.temporary();
        FakeFcmServer fcm = FakeFcmServer.start(10, Script.accepting())) {
      Map<String, String> settings = new HashMap<>(kafka.settings());
      settings.putAll(fcm.settings());
      System.out.println(new String(Json.write(settings), StandardCharsets.UTF_8));
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }
}
