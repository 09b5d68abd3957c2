package app.goalgpt.connectors.database;

import app.goalgpt.settings.DatabaseConfig;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import java.time.Duration;

/** Connections to the app's database for one part, which commits by itself. */
public final class DatabasePool {
  /** Connections kept while there is nothing to do. */
  private static final int IDLE = 2;

  private DatabasePool() {}

  /**
   * Opens a pool and sees that the database answers.
   *
   * @param part what it is called in messages and in pg_stat_activity
   * @param size most connections at a time
   * @param session statements that every connection is told first
   * @param answer how long a statement may take before the connection counts as broken
   * @param patience how long to wait for a database that does not answer
   * @throws IllegalStateException when it does not answer in that time, saying why
   */
  public static HikariDataSource open(
      DatabaseConfig database,
      String part,
      int size,
      String session,
      Duration answer,
      Duration patience) {
    HikariConfig pool = new HikariConfig();
    pool.setPoolName(part);
    pool.setJdbcUrl(database.jdbcUrl());
    pool.setUsername(database.user());
    pool.setPassword(database.password());
    pool.setMaximumPoolSize(size);
    pool.setMinimumIdle(Math.min(size, IDLE));
    pool.setAutoCommit(false);
    pool.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    pool.setConnectionInitSql(session);
    // Commits the session's statements: the first rollback would undo them otherwise.
    pool.setIsolateInternalQueries(true);
    pool.setConnectionTimeout(Duration.ofSeconds(5).toMillis());
    pool.setInitializationFailTimeout(patience.toMillis());
    pool.addDataSourceProperty("ApplicationName", "goalgpt-" + part);
    pool.addDataSourceProperty("prepareThreshold", "1");
    pool.addDataSourceProperty("socketTimeout", String.valueOf(answer.toSeconds()));
    pool.addDataSourceProperty("tcpKeepAlive", "true");
    try {
      return new HikariDataSource(pool);
    } catch (PoolInitializationException e) {
      throw new IllegalStateException(
          "%s cannot use %s: %s".formatted(part, database, Trouble.line(e)), e);
    }
  }
}
