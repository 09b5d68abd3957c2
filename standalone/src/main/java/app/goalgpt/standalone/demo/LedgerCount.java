package app.goalgpt.standalone.demo;

import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.AppTables;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** How many rewards are settled, straight from the ledger: the announcements come after it. */
final class LedgerCount implements AutoCloseable {
  private final Connection connection;
  private final PreparedStatement count;

  LedgerCount(Connection connection, AppTables tables) throws SQLException {
    this.connection = connection;
    this.count =
        connection.prepareStatement(
            tables.sql("SELECT count(*) FROM {%s}".formatted(AppTable.REWARD_LEDGER.specName())));
  }

  long rewards() throws SQLException {
    try (ResultSet row = count.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
