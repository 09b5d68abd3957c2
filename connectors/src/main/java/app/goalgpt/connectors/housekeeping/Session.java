package app.goalgpt.connectors.housekeeping;

import app.goalgpt.settings.DatabaseConfig;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** Connections for jobs that run once a week: opened when there is something to do. */
final class Session {
  private Session() {}

  /**
   * A connection in autocommit that waits for no lock for long and for its statements without end.
   */
  static Connection open(HousekeepingConfig config) throws SQLException {
    DatabaseConfig database = config.database();
    Properties properties = new Properties();
    properties.put("user", database.user());
    properties.put("password", database.password());
    properties.put("ApplicationName", "goalgpt-housekeeping");
    properties.put("tcpKeepAlive", "true");
    Connection connection = DriverManager.getConnection(database.jdbcUrl(), properties);
    try (Statement statement = connection.createStatement()) {
      connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      statement.execute("SET lock_timeout = %d".formatted(config.lockPatience().toMillis()));
      statement.execute("SET statement_timeout = 0");
      // Batches descend the primary key, however many rows they are; the cursor is read to its end.
      statement.execute("SET plan_cache_mode = force_generic_plan");
      statement.execute("SET cursor_tuple_fraction = 1");
      // As gently as autovacuum does it.
      statement.execute("SET vacuum_cost_delay = '2ms'");
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }
}
