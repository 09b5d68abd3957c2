package app.goalgpt.connectors.run;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * One process works on a run at a time. Its connection holds the lock, outside of any transaction:
 * it goes with the process.
 */
final class RunLock implements AutoCloseable {
  private final Connection connection;
  private final UUID runId;

  private RunLock(Connection connection, UUID runId) {
    this.connection = connection;
    this.runId = runId;
  }

  /**
   * @return the lock, null when somebody else has it
   */
  static RunLock tryTake(DataSource database, UUID runId) throws SQLException {
    Connection connection = database.getConnection();
    try {
      connection.setAutoCommit(true);
      if (ask(
          connection, "SELECT pg_try_advisory_lock(hashtextextended('job run ' || ?, 4))", runId)) {
        return new RunLock(connection, runId);
      }
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
    connection.close();
    return null;
  }

  private static boolean ask(Connection connection, String sql, UUID runId) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, runId.toString());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  @Override
  public void close() throws SQLException {
    try (connection) {
      ask(connection, "SELECT pg_advisory_unlock(hashtextextended('job run ' || ?, 4))", runId);
    }
  }
}
