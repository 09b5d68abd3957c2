package app.goalgpt.connectors.device;

import app.goalgpt.connectors.database.Statements;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Push;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A customer's devices as the tables have them now.
 *
 * @param mayBeTold whether the customer is not deleted and has pushes switched on
 * @param addresses the active devices, in the order of their ids
 */
public record Devices(boolean mayBeTold, List<Push.Address> addresses) {
  public Devices {
    addresses = List.copyOf(addresses);
  }

  /** Empty when there is no such customer. */
  public static Optional<Devices> of(Connection connection, AppTables tables, UUID customerId)
      throws SQLException {
    String sql = Statements.read(Devices.class, "devices.sql", tables);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setObject(1, customerId);
      try (ResultSet rows = statement.executeQuery()) {
        return read(rows);
      }
    }
  }

  private static Optional<Devices> read(ResultSet rows) throws SQLException {
    List<Push.Address> addresses = new ArrayList<>();
    boolean exists = false;
    boolean mayBeTold = false;
    while (rows.next()) {
      exists = true;
      mayBeTold = !rows.getBoolean("deleted") && rows.getBoolean("push_allowed");
      UUID tokenId = rows.getObject("token_id", UUID.class);
      if (tokenId != null) {
        addresses.add(new Push.RegistrationToken(tokenId, rows.getString("token")));
      }
    }
    return exists ? Optional.of(new Devices(mayBeTold, addresses)) : Optional.empty();
  }
}
