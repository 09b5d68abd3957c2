package app.goalgpt.endtoend;

import app.goalgpt.embedded.AppSchema;
import app.goalgpt.embedded.fcm.FakeFcmServer;
import app.goalgpt.embedded.fcm.Script;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * What the system's parts speak to, as a process of its own: Postgres, a broker, FCM. Prints its
 * settings ({@code NAME=value}, then {@link #READY}), obeys one order per line of its standard
 * input, answers each with {@link #DONE}, and ends at end-of-file, the processes that it was told
 * to adopt with it: nothing outlives a test that was killed. Every push that FCM accepted is a line
 * of {@code pushes.log}: collapse key, token.
 */
final class OutsideMain {
  static final String READY = "READY";
  static final String DONE = "DONE";
  static final String ADOPT = "adopt ";
  static final String SLOW_FCM = "slow fcm";
  private static final Duration FCM_TAKES = Duration.ofMillis(20);
  private static final List<ProcessHandle> ADOPTED = new ArrayList<>();

  private OutsideMain() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    try (Servers servers =
            arguments.length == 1
                ? new EmbeddedServers(folder)
                : new ContainerServers(new Images(arguments[1], arguments[2]));
        BufferedWriter pushes =
            Files.newBufferedWriter(
                folder.resolve("pushes.log"),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        FakeFcmServer fcm = FakeFcmServer.start(1, Script.deadTokens())) {
      fcm.onAccepted(push -> write(pushes, push.collapseKey() + " " + push.token()));
      try (Connection connection = servers.connect()) {
        AppSchema.install(connection);
      }
      TreeMap<String, String> settings = new TreeMap<>(servers.settings());
      settings.putAll(fcm.settings());
      settings.forEach((name, value) -> System.out.println(name + "=" + value));
      System.out.println(READY);
      obey(servers, fcm);
      ADOPTED.forEach(ProcessHandle::destroyForcibly);
    }
  }

  private static void obey(Servers servers, FakeFcmServer fcm) throws IOException {
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String order = orders.readLine(); order != null; order = orders.readLine()) {
      switch (order) {
        case "restart kafka" -> servers.restartKafka();
        case "restart postgres" -> {
          servers.stopPostgres();
          servers.startPostgres();
        }
        case "stop postgres" -> servers.stopPostgres();
        case "start postgres" -> servers.startPostgres();
        case SLOW_FCM ->
            fcm.script(request -> Script.deadTokens().answer(request).after(FCM_TAKES));
        default -> {
          if (!order.startsWith(ADOPT)) {
            throw new IllegalArgumentException(order);
          }
          ProcessHandle.of(Long.parseLong(order.substring(ADOPT.length()))).ifPresent(ADOPTED::add);
        }
      }
      System.out.println(DONE);
    }
  }

  private static void write(BufferedWriter file, String line) {
    synchronized (file) {
      try {
        file.write(line + System.lineSeparator());
        file.flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
