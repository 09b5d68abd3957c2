package app.goalgpt.standalone.platform;

import app.goalgpt.embedded.AppSchema;
import app.goalgpt.embedded.EmbeddedKafka;
import app.goalgpt.embedded.EmbeddedPostgres;
import app.goalgpt.embedded.fcm.FakeFcmServer;
import app.goalgpt.settings.DatabaseConfig;
import app.goalgpt.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * What this system stands on, inside this JVM: Postgres with the app's schema, a broker, a fake FCM
 * server. In a temporary folder, removed on close, or in a given one, which stays.
 */
public final class EmbeddedPlatform implements AutoCloseable {
  private final Path folder;
  private final boolean temporary;
  private final EmbeddedPostgres postgres;
  private final EmbeddedKafka kafka;
  private final FakeFcmServer fcm;

  private EmbeddedPlatform(
      Path folder,
      boolean temporary,
      EmbeddedPostgres postgres,
      EmbeddedKafka kafka,
      FakeFcmServer fcm) {
    this.folder = folder;
    this.temporary = temporary;
    this.postgres = postgres;
    this.kafka = kafka;
    this.fcm = fcm;
  }

  /** All of it in a temporary folder. */
  public static EmbeddedPlatform temporary() {
    try {
      return start(Files.createTempDirectory("goalgpt-"), true);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a temporary folder", e);
    }
  }

  /** Data in this folder, made if need be; Postgres and Kafka go on where they were. */
  public static EmbeddedPlatform in(Path folder) {
    return start(folder.toAbsolutePath(), false);
  }

  private static EmbeddedPlatform start(Path folder, boolean temporary) {
    CompletableFuture<EmbeddedKafka> kafka =
        CompletableFuture.supplyAsync(
            () ->
                temporary ? EmbeddedKafka.temporary() : EmbeddedKafka.in(folder.resolve("kafka")));
    CompletableFuture<FakeFcmServer> fcm = CompletableFuture.supplyAsync(FakeFcmServer::start);
    try {
      EmbeddedPostgres postgres =
          temporary
              ? EmbeddedPostgres.temporary()
              : EmbeddedPostgres.in(folder.resolve("postgres"));
      return new EmbeddedPlatform(folder, temporary, postgres, kafka.join(), fcm.join())
          .withAppSchema();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private EmbeddedPlatform withAppSchema() {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery("SELECT to_regclass('customer_users')")) {
      found.next();
      if (found.getString(1) == null) {
        AppSchema.install(connection);
      }
      return this;
    } catch (SQLException e) {
      throw new IllegalStateException("cannot set up the app's tables: " + e.getMessage(), e);
    }
  }

  /**
   * These settings with what leads to the outside replaced by what is in here: whatever the
   * environment says, nothing real is touched.
   */
  public Settings settings(Map<String, String> others) {
    Map<String, String> values = new TreeMap<>(others);
    values
        .keySet()
        .removeIf(
            name ->
                name.startsWith("DATABASE_")
                    || name.startsWith("CONSOLE_DATABASE_")
                    || name.startsWith("KAFKA_")
                    || name.startsWith("FIREBASE_")
                    || name.startsWith("FCM_")
                    || name.startsWith("TABLE_")
                    || name.startsWith("COLUMN_"));
    // One process on one machine: each transaction's commit writes to every partition it touched,
    // and
    // nobody else can take over from an instance that is starved for a while.
    values.putIfAbsent("TOPIC_PARTITIONS", "2");
    values.putIfAbsent("TOPOLOGY_TRANSACTION_TIMEOUT", "60s");
    values.put("TOPOLOGY_STATE_DIR", folder.resolve("topology").toString());
    values.putAll(outside());
    return Settings.of(values);
  }

  /** Where the parts in here are, as settings. */
  public Map<String, String> outside() {
    Map<String, String> values = new HashMap<>(postgres.settings());
    values.putAll(kafka.settings());
    values.putAll(fcm.settings());
    return values;
  }

  public EmbeddedPostgres postgres() {
    return postgres;
  }

  public EmbeddedKafka kafka() {
    return kafka;
  }

  public FakeFcmServer fcm() {
    return fcm;
  }

  /** New connections to Postgres as its superuser. */
  public DataSource database() {
    return Databases.of(DatabaseConfig.from(settings(Map.of())));
  }

  /** Ends the broker before Postgres; the parts that use them must be closed by then. */
  @Override
  public void close() {
    fcm.close();
    kafka.close();
    postgres.close();
    if (temporary) {
      delete(folder);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder, e);
    }
  }
}
