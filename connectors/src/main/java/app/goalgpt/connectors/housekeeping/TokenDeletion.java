package app.goalgpt.connectors.housekeeping;

import app.goalgpt.messages.AppTables;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;

/** Push tokens are deleted for good: a device that is still there registers again. */
final class TokenDeletion implements Removal {
  private final String delete;
  private final String count;

  TokenDeletion(AppTables tables) {
    this.delete =
        tables.sql(
            """
            /* housekeeping.delete */ WITH picked AS (
                SELECT {customer_push_tokens.id} FROM {customer_push_tokens}
                WHERE {customer_push_tokens.id} = ANY (?) AND %s FOR UPDATE SKIP LOCKED)
            DELETE FROM {customer_push_tokens} t USING picked p
            WHERE t.{customer_push_tokens.id} = p.{customer_push_tokens.id}"""
                .formatted(Retention.PUSH_TOKENS.condition()));
    this.count =
        tables.sql(
            "SELECT count(*), count(*) FILTER (WHERE {customer_push_tokens.is_active}) FROM"
                + " {customer_push_tokens}");
  }

  @Override
  public void check(Connection connection) {}

  @Override
  public long remove(Connection connection, Array ids, OffsetDateTime cutoff) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(delete)) {
      statement.setArray(1, ids);
      statement.setObject(2, cutoff);
      return statement.executeLargeUpdate();
    }
  }

  @Override
  public String report(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(count)) {
      row.next();
      return "deleted; %d remaining, %d of them active".formatted(row.getLong(1), row.getLong(2));
    }
  }
}
