package app.goalgpt.console.api;

import app.goalgpt.connectors.database.DatabasePool;
import app.goalgpt.settings.DatabaseConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;

/** The app's database, to be read only: every transaction is read-only and bounded in time. */
public final class Database implements AutoCloseable {
  private static final int CONNECTIONS = 4;
  private static final String SESSION =
      "SET default_transaction_read_only = on; SET statement_timeout = '5s';"
          + " SET lock_timeout = '2s'; SET idle_in_transaction_session_timeout = '60s';"
          + " SET TIME ZONE 'UTC'; SET jit = off";
  private static final Duration LONG_READ = Duration.ofMinutes(2);
  private static final Duration ANSWER = LONG_READ.plusSeconds(30);

  private final HikariDataSource pool;

  /**
   * @param patience how long to wait for a database that does not answer
   * @throws IllegalStateException when it does not answer in that time
   */
  public Database(DatabaseConfig config, Duration patience, MeterRegistry registry) {
    this.pool =
        DatabasePool.open(config, "console", CONNECTIONS, SESSION, ANSWER, patience, registry);
  }

  /** Why it does not answer now; empty when it does. */
  public Optional<String> trouble() {
    return DatabasePool.trouble(pool);
  }

  /** A question to it. */
  public interface Query<T> {
    T ask(Connection connection) throws SQLException;
  }

  public <T> T read(Query<T> query) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      return query.ask(connection);
    }
  }

  /** The same for a question that may take two minutes. */
  public <T> T readLong(Query<T> query) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET statement_timeout = '%ds'".formatted(LONG_READ.toSeconds()));
        connection.commit();
        return query.ask(connection);
      } finally {
        connection.rollback();
        try (Statement statement = connection.createStatement()) {
          statement.execute("SET statement_timeout = '5s'");
          connection.commit();
        }
      }
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
