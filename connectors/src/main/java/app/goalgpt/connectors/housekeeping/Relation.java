package app.goalgpt.connectors.housekeeping;

import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.AppTables;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/** A table as something that takes room. */
final class Relation {
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private final String name;

  Relation(AppTables tables, AppTable table) {
    this.name = tables.sql("{" + table.specName() + "}");
  }

  /** What it takes on disk, with its indexes. */
  long bytes(Connection connection) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT pg_total_relation_size(?::regclass)")) {
      query.setString(1, name);
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  /**
   * Makes the room of deleted rows free for new ones, and tells the planner.
   *
   * @param connection in autocommit
   * @return why it was not done, if so: it is worth a word, and autovacuum will do it some time
   */
  Optional<String> vacuum(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("VACUUM (ANALYZE) " + name);
      return Optional.ofNullable(statement.getWarnings()).map(SQLException::getMessage);
    } catch (SQLException e) {
      if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
        return Optional.of(e.getMessage());
      }
      throw e;
    }
  }
}
