package app.goalgpt.connectors.capture;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * A replication slot as {@code pg_replication_slots} shows it.
 *
 * @param plugin its output plugin, null for a physical slot
 * @param database its database, null for a physical slot
 * @param activePid the server process that streams from it, null when nobody does
 * @param confirmedLsn up to where everything is confirmed; null for a physical slot
 * @param lost whether the server has removed WAL that it needs
 */
record ReplicationSlot(
    String name,
    String plugin,
    String database,
    Integer activePid,
    String confirmedLsn,
    boolean lost) {

  static Optional<ReplicationSlot> find(Connection connection, String name) throws SQLException {
    String sql =
        "SELECT plugin, database, active_pid, confirmed_flush_lsn::text, wal_status"
            + " FROM pg_replication_slots WHERE slot_name = ?";
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, name);
      try (ResultSet row = query.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        return Optional.of(
            new ReplicationSlot(
                name,
                row.getString(1),
                row.getString(2),
                row.getObject(3, Integer.class),
                row.getString(4),
                "lost".equals(row.getString(5))));
      }
    }
  }

  /** Waits for the transactions that run now to end: a slot begins between transactions. */
  static ReplicationSlot create(Connection connection, String name) throws SQLException {
    execute(connection, "SELECT pg_create_logical_replication_slot(?, 'pgoutput')", name);
    return find(connection, name).orElseThrow();
  }

  static void drop(Connection connection, String name) throws SQLException {
    execute(connection, "SELECT pg_drop_replication_slot(?)", name);
  }

  private static void execute(Connection connection, String sql, String name) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, name);
      statement.execute();
    }
  }
}
