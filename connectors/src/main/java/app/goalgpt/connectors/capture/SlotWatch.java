package app.goalgpt.connectors.capture;

import app.goalgpt.connectors.database.Trouble;
import app.goalgpt.settings.DatabaseConfig;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the server now and then what the slot keeps it from removing: a slot that nobody reads fills
 * the server's disk. Asked on a standby, and while capture is in trouble, too.
 */
final class SlotWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SlotWatch.class);
  private static final Duration BETWEEN = Duration.ofSeconds(10);
  private static final String SQL =
      """
      /* capture.slot */
      SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn),
             pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn),
             safe_wal_size, (wal_status = 'lost')::int
      FROM pg_replication_slots WHERE slot_name = ?""";

  /**
   * What is known; NaN is not known.
   *
   * @param retained bytes of WAL that the server keeps for the slot
   * @param unconfirmed bytes of WAL that are not on Kafka
   * @param safe bytes that may still be written before the slot is lost; NaN where there is no
   *     limit
   * @param lost 1 when it is
   */
  private record Look(double retained, double unconfirmed, double safe, double lost) {
    static final Look UNKNOWN = new Look(Double.NaN, Double.NaN, Double.NaN, Double.NaN);
  }

  private final CaptureConfig config;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread watch = new Thread(task, "capture-slot-watch");
            watch.setDaemon(true);
            return watch;
          });
  private volatile Look look = Look.UNKNOWN;
  private Connection connection;

  SlotWatch(CaptureConfig config, MeterRegistry registry) {
    this.config = config;
    gauge(registry, "retained", Look::retained, "WAL that the server keeps for the slot");
    gauge(registry, "unconfirmed", Look::unconfirmed, "WAL that is not on Kafka yet");
    gauge(registry, "safe", Look::safe, "WAL until the slot is lost; NaN without a limit");
    Gauge.builder("goalgpt.capture.slot.lost", this, watch -> watch.look.lost())
        .description("1 when the server has removed WAL that the slot needs")
        .register(registry);
  }

  private void gauge(
      MeterRegistry registry, String name, ToDoubleFunction<Look> value, String description) {
    Gauge.builder("goalgpt.capture.slot." + name, this, watch -> value.applyAsDouble(watch.look))
        .description(description)
        .baseUnit("bytes")
        .register(registry);
  }

  void start() {
    thread.scheduleWithFixedDelay(this::ask, 0, BETWEEN.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void ask() {
    try {
      if (connection == null) {
        connection = connect(config.database());
      }
      look = read();
    } catch (SQLException e) {
      look = Look.UNKNOWN;
      LOG.debug("the slot cannot be looked at now: {}", Trouble.line(e));
      disconnect();
    }
  }

  private Look read() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(SQL)) {
      statement.setString(1, config.slot());
      try (ResultSet row = statement.executeQuery()) {
        return row.next()
            ? new Look(number(row, 1), number(row, 2), number(row, 3), number(row, 4))
            : Look.UNKNOWN;
      }
    }
  }

  private static double number(ResultSet row, int column) throws SQLException {
    double number = row.getDouble(column);
    return row.wasNull() ? Double.NaN : number;
  }

  private static Connection connect(DatabaseConfig database) throws SQLException {
    Properties properties = new Properties();
    properties.put("user", database.user());
    properties.put("password", database.password());
    properties.put("ApplicationName", "goalgpt-capture-watch");
    properties.put("socketTimeout", String.valueOf(BETWEEN.toSeconds()));
    properties.put("connectTimeout", String.valueOf(BETWEEN.toSeconds()));
    return DriverManager.getConnection(database.jdbcUrl(), properties);
  }

  private void disconnect() {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      LOG.debug("not closed cleanly: {}", Trouble.line(e));
    } finally {
      connection = null;
    }
  }

  @Override
  public void close() {
    thread.shutdown();
    try {
      if (thread.awaitTermination(BETWEEN.toSeconds(), TimeUnit.SECONDS)) {
        disconnect();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
