package app.goalgpt.connectors.ledger;

import app.goalgpt.connectors.database.Statements;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Delivery;
import app.goalgpt.messages.Delivery.Outcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** Marks push tokens that FCM called dead, so that nothing is sent to them any more. */
final class DeadTokens {
  private final String deactivate;

  DeadTokens(AppTables tables) {
    this.deactivate = Statements.read(DeadTokens.class, "dead_tokens.sql", tables);
  }

  /**
   * Sets is_active=false, nothing else, where the row still holds the token that was tried.
   *
   * @return how many rows changed
   */
  int deactivate(Connection connection, List<Delivery> deliveries) throws SQLException {
    List<Delivery.Result> dead =
        deliveries.stream()
            .flatMap(delivery -> delivery.results().stream())
            .filter(result -> result.outcome() == Outcome.DEAD_TOKEN)
            .toList();
    if (dead.isEmpty()) {
      return 0;
    }
    Object[] ids = dead.stream().map(Delivery.Result::tokenId).toArray();
    Object[] hashes = dead.stream().map(Delivery.Result::tokenHash).toArray();
    try (PreparedStatement statement = connection.prepareStatement(deactivate)) {
      statement.setArray(1, connection.createArrayOf("uuid", ids));
      statement.setArray(2, connection.createArrayOf("text", hashes));
      statement.setArray(3, connection.createArrayOf("uuid", ids));
      int changed = statement.executeUpdate();
      connection.commit();
      return changed;
    }
  }
}
