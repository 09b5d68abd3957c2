package app.goalgpt.connectors.database;

import app.goalgpt.settings.DatabaseConfig;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Connections to the app's database for one part, which commits by itself. */
public final class DatabasePool {
  /** Connections kept while there is nothing to do. */
  private static final int IDLE = 2;

  private static final int ANSWER_SECONDS = 2;

  private DatabasePool() {}

  /** Why the database does not answer now; empty when it does. */
  public static Optional<String> trouble(DataSource pool) {
    try (Connection connection = pool.getConnection()) {
      return connection.isValid(ANSWER_SECONDS)
          ? Optional.empty()
          : Optional.of("the database does not answer");
    } catch (SQLException e) {
      return Optional.of("the database does not answer: " + Trouble.line(e));
    }
  }

  /**
   * Opens a pool and sees that the database answers.
   *
   * @param part what it is called in messages and in pg_stat_activity
   * @param size most connections at a time
   * @param session statements that every connection is told first
   * @param answer how long a statement may take before the connection counts as broken
   * @param patience how long to wait for a database that does not answer
   * @param registry where its statements are timed
   * @throws IllegalStateException when it does not answer in that time, saying why
   */
  public static HikariDataSource open(
      DatabaseConfig database,
      String part,
      int size,
      String session,
      Duration answer,
      Duration patience,
      MeterRegistry registry) {
    HikariConfig pool = new HikariConfig();
    pool.setPoolName(part);
    pool.setDataSource(new TimedConnections(part, registry).of(source(database, part, answer)));
    pool.setMaximumPoolSize(size);
    pool.setMinimumIdle(Math.min(size, IDLE));
    pool.setAutoCommit(false);
    pool.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    pool.setConnectionInitSql(session);
    // Commits the session's statements: the first rollback would undo them otherwise.
    pool.setIsolateInternalQueries(true);
    pool.setConnectionTimeout(Duration.ofSeconds(5).toMillis());
    pool.setInitializationFailTimeout(patience.toMillis());
    try {
      return new HikariDataSource(pool);
    } catch (PoolInitializationException e) {
      throw new IllegalStateException(
          "%s cannot use %s: %s".formatted(part, database, Trouble.line(e)), e);
    }
  }

  private static PGSimpleDataSource source(DatabaseConfig database, String part, Duration answer) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setURL(database.jdbcUrl());
    source.setUser(database.user());
    source.setPassword(database.password());
    source.setApplicationName("goalgpt-" + part);
    source.setPrepareThreshold(1);
    source.setSocketTimeout((int) answer.toSeconds());
    source.setTcpKeepAlive(true);
    return source;
  }
}
