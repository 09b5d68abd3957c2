package app.goalgpt.endtoend;

import app.goalgpt.embedded.EmbeddedKafka;
import app.goalgpt.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/** In this process. */
final class EmbeddedServers implements Servers {
  private final EmbeddedPostgres postgres;
  private final EmbeddedKafka kafka;

  EmbeddedServers(Path folder) {
    postgres = EmbeddedPostgres.in(folder.resolve("postgres"));
    kafka = EmbeddedKafka.in(folder.resolve("kafka"));
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>(postgres.settings());
    settings.putAll(kafka.settings());
    return settings;
  }

  @Override
  public Connection connect() throws SQLException {
    return postgres.connect();
  }

  @Override
  public void restartKafka() {
    kafka.restart();
  }

  @Override
  public void stopPostgres() {
    postgres.stop();
  }

  @Override
  public void startPostgres() {
    postgres.start();
  }

  @Override
  public void close() {
    kafka.close();
    postgres.close();
  }
}
