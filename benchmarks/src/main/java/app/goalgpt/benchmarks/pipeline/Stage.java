package app.goalgpt.benchmarks.pipeline;

import app.goalgpt.benchmarks.measure.PostgresCpu;
import app.goalgpt.embedded.AppSchema;
import app.goalgpt.embedded.EmbeddedKafka;
import app.goalgpt.embedded.EmbeddedPostgres;
import app.goalgpt.settings.DatabaseConfig;
import app.goalgpt.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A fresh Postgres with the app's empty tables, a fresh broker and a folder for local state, all
 * gone afterwards. Every subject of a benchmark gets the same.
 */
public final class Stage implements AutoCloseable {
  /**
   * Roomy enough that no checkpoint falls into a measurement. So no segment of the write-ahead log
   * is ever used again, as a server does that runs for longer, and all would have to be filled with
   * zeros first, while commits wait.
   */
  private static final Map<String, String> POSTGRES =
      Map.of(
          "shared_buffers", "512MB",
          "max_wal_size", "8GB",
          "checkpoint_timeout", "1h",
          "wal_init_zero", "off");

  private final EmbeddedPostgres postgres;
  private final EmbeddedKafka kafka;
  private final Path folder;

  private Stage(EmbeddedPostgres postgres, EmbeddedKafka kafka, Path folder) {
    this.postgres = postgres;
    this.kafka = kafka;
    this.folder = folder;
  }

  public static Stage open() throws SQLException {
    Path folder;
    try {
      folder = Files.createTempDirectory("goalgpt-bench-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    EmbeddedPostgres postgres = EmbeddedPostgres.temporary(POSTGRES);
    try (Connection connection = postgres.connect()) {
      AppSchema.install(connection);
      return new Stage(postgres, EmbeddedKafka.temporary(), folder);
    } catch (SQLException | RuntimeException e) {
      postgres.close();
      throw e;
    }
  }

  public EmbeddedPostgres postgres() {
    return postgres;
  }

  public Connection connect() throws SQLException {
    return postgres.connect();
  }

  /** Another database of the same server. */
  public Connection connect(String database) throws SQLException {
    DatabaseConfig config = DatabaseConfig.from(settings());
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d/%s".formatted(config.host(), config.port(), database),
        config.user(),
        config.password());
  }

  /** Runs statements in one go, outside a transaction. */
  public void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first column of the first row. */
  public long number(String sql) throws SQLException {
    try (Connection connection = connect();
        var statement = connection.createStatement();
        var result = statement.executeQuery(sql)) {
      result.next();
      return result.getLong(1);
    }
  }

  /** The CPU that this stage's Postgres uses. */
  public PostgresCpu postgresCpu() throws SQLException {
    return new PostgresCpu(
        number("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::bigint"));
  }

  /** Where everything is; defaults otherwise. */
  public Settings settings() {
    Map<String, String> values = new TreeMap<>(postgres.settings());
    values.putAll(kafka.settings());
    // As the default run has it: one process, few partitions (EmbeddedPlatform says why).
    values.put("TOPIC_PARTITIONS", "2");
    values.put("TOPOLOGY_STATE_DIR", folder.resolve("topology").toString());
    return Settings.of(values);
  }

  Path folder() {
    return folder;
  }

  @Override
  public void close() {
    kafka.close();
    postgres.close();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
