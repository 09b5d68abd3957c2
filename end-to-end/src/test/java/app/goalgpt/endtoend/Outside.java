package app.goalgpt.endtoend;

import app.goalgpt.settings.DatabaseConfig;
import app.goalgpt.settings.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** This side of {@link OutsideMain}. */
final class Outside implements AutoCloseable {
  private static final int HEAP = 512;

  private final Jvm jvm;
  private final BufferedReader answers;
  private final Path folder;
  private final Map<String, String> settings = new TreeMap<>();

  Outside(Path folder) {
    this.folder = folder;
    List<String> main = new ArrayList<>(List.of(OutsideMain.class.getName(), folder.toString()));
    Images.asked().map(Images::arguments).ifPresent(main::addAll);
    this.jvm = Jvm.start(HEAP, folder.resolve("outside.log"), true, Map.of(), main);
    this.answers = jvm.lines();
    for (String line = answer(); !line.equals(OutsideMain.READY); line = answer()) {
      settings.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
    }
  }

  /** What a part needs to find it. */
  Map<String, String> settings() {
    return settings;
  }

  String bootstrapServers() {
    return settings.get("KAFKA_BOOTSTRAP_SERVERS");
  }

  Connection connect() throws SQLException {
    DatabaseConfig database = DatabaseConfig.from(Settings.of(settings));
    return DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
  }

  /** What FCM accepted so far, a line each: collapse key, token. */
  List<String> pushes() {
    try {
      return Files.readAllLines(folder.resolve("pushes.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void restartKafka() {
    order("restart kafka");
  }

  void restartPostgres() {
    order("restart postgres");
  }

  void stopPostgres() {
    order("stop postgres");
  }

  void startPostgres() {
    order("start postgres");
  }

  /** FCM takes as long for an answer as it does where it is far away. */
  void slowFcm() {
    order(OutsideMain.SLOW_FCM);
  }

  /** From now on the process does not outlive the outside. */
  void adopt(Jvm part) {
    order(OutsideMain.ADOPT + part.pid());
  }

  private synchronized void order(String order) {
    try {
      jvm.say(order);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String answer = answer();
    if (!answer.equals(OutsideMain.DONE)) {
      throw new IllegalStateException("'%s' was answered '%s'".formatted(order, answer));
    }
  }

  private String answer() {
    try {
      String line = answers.readLine();
      if (line == null) {
        throw new IllegalStateException("the outside ended, see " + folder.resolve("outside.log"));
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    jvm.close();
  }
}
