package app.goalgpt.topology.job;

import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.AppTables;
import app.goalgpt.settings.Settings;
import app.goalgpt.topology.change.Change;
import app.goalgpt.topology.customer.Customer;
import app.goalgpt.topology.customer.Portrait;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The customers of a database, by the way of a snapshot's changes. */
final class TableReader {
  private static final List<AppTable> TABLES =
      List.of(
          AppTable.CUSTOMER_USERS,
          AppTable.CUSTOMER_PUSH_TOKENS,
          AppTable.CUSTOMER_BADGES,
          AppTable.SUBSCRIPTIONS,
          AppTable.REFERRALS,
          AppTable.CUSTOMER_XP,
          AppTable.CUSTOMER_CREDITS,
          AppTable.CUSTOMER_DAILY_REWARDS,
          AppTable.CUSTOMER_OAUTH_IDENTITIES,
          AppTable.MATCH_COMMENTS);
  private static final AppTables NAMES = AppTables.from(Settings.of(Map.of()));

  private final Connection connection;
  private final ZoneId zone;
  private final Map<UUID, Portrait> portraits = new HashMap<>();

  TableReader(Connection connection, ZoneId zone) {
    this.connection = connection;
    this.zone = zone;
  }

  Map<UUID, Customer> customers() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (AppTable table : TABLES) {
        String sql = "SELECT to_json(t)::text FROM %s t".formatted(table.specName());
        try (ResultSet row = statement.executeQuery(sql)) {
          while (row.next()) {
            Change change = change(table, row.getString(1));
            add(change.row().uuid(table.keyColumn()), change);
            if (table == AppTable.REFERRALS) {
              add(change.row().uuid("referrer_user_id"), change);
            }
          }
        }
      }
    }
    Map<UUID, Customer> customers = new HashMap<>();
    portraits.forEach((id, portrait) -> customers.put(id, portrait.customer()));
    return customers;
  }

  private static Change change(AppTable table, String row) {
    String envelope =
        "{\"op\": \"r\", \"source\": {\"lsn\": 1, \"ts_ms\": 1}, \"after\": %s}".formatted(row);
    return Change.read(table, NAMES, envelope.getBytes(StandardCharsets.UTF_8));
  }

  private void add(UUID customerId, Change row) {
    portraits.computeIfAbsent(customerId, id -> new Portrait(id, zone)).add(row);
  }
}
