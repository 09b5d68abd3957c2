package app.goalgpt.connectors.capture;

import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.AppTables;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether a database is fit to be captured, and if not, all that somebody must do about it. */
final class SourceCheck {
  private static final String RUN_MIGRATIONS = "run the migrations (./goalgpt migrate)";

  private final Connection connection;
  private final CaptureConfig config;
  private final AppTables names;
  private final List<String> problems = new ArrayList<>();

  private SourceCheck(Connection connection, CaptureConfig config) {
    this.connection = connection;
    this.config = config;
    this.names = config.tables();
  }

  /**
   * @throws CaptureRefusedException naming everything that is missing
   */
  static void check(Connection connection, CaptureConfig config) throws SQLException {
    SourceCheck check = new SourceCheck(connection, config);
    check.server();
    Map<String, Set<String>> published = check.publication();
    for (AppTable table : AppTable.values()) {
      if (table.isCaptured()) {
        check.table(table, published);
      }
    }
    check.heartbeatTable(published);
    if (!check.problems.isEmpty()) {
      throw new CaptureRefusedException(
          "Capture cannot start on %s: %s"
              .formatted(config.database(), String.join("; ", check.problems)));
    }
  }

  private void server() throws SQLException {
    // On some managed services a role gets its right to replicate by membership.
    String sql =
        "SELECT current_setting('wal_level'), current_user, rolsuper OR rolreplication OR EXISTS"
            + " (SELECT FROM pg_roles m WHERE m.rolname = 'rds_replication'"
            + " AND pg_has_role(m.oid, 'MEMBER')), has_schema_privilege(?, 'USAGE')"
            + " FROM pg_roles r WHERE r.rolname = current_user";
    if (!schemaExists()) {
      problems.add("there is no schema \"%s\" (DATABASE_SCHEMA)".formatted(names.schema()));
      return;
    }
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, names.schema());
      try (ResultSet row = query.executeQuery()) {
        row.next();
        if (!"logical".equals(row.getString(1))) {
          problems.add(
              "wal_level is %s, not logical (ALTER SYSTEM SET wal_level = logical, then restart the server)"
                  .formatted(row.getString(1)));
        }
        if (!row.getBoolean(3)) {
          problems.add(
              "role \"%s\" may not replicate (ALTER ROLE \"%1$s\" REPLICATION)"
                  .formatted(row.getString(2)));
        }
        if (!row.getBoolean(4)) {
          problems.add(
              "role \"%s\" may not use schema \"%s\" (GRANT USAGE ON SCHEMA \"%2$s\" TO \"%1$s\")"
                  .formatted(row.getString(2), names.schema()));
        }
      }
    }
  }

  private boolean schemaExists() throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT FROM pg_namespace WHERE nspname = ?")) {
      query.setString(1, names.schema());
      try (ResultSet row = query.executeQuery()) {
        return row.next();
      }
    }
  }

  /** The published columns of every published table. */
  private Map<String, Set<String>> publication() throws SQLException {
    String name = config.publication();
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT pubinsert AND pubupdate AND pubdelete FROM pg_publication WHERE pubname = ?")) {
      query.setString(1, name);
      try (ResultSet row = query.executeQuery()) {
        if (!row.next()) {
          problems.add(
              "there is no publication \"%s\": %s, or name the one that exists (CAPTURE_PUBLICATION)"
                  .formatted(name, RUN_MIGRATIONS));
          return Map.of();
        }
        if (!row.getBoolean(1)) {
          problems.add(
              ("publication \"%s\" leaves out inserts, updates or deletes"
                      + " (ALTER PUBLICATION \"%1$s\" SET (publish = 'insert, update, delete'))")
                  .formatted(name));
        }
      }
    }
    Map<String, Set<String>> published = new HashMap<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT tablename, attnames FROM pg_publication_tables"
                + " WHERE pubname = ? AND schemaname = ?")) {
      query.setString(1, name);
      query.setString(2, names.schema());
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          published.put(row.getString(1), texts(row.getArray(2)));
        }
      }
    }
    return published;
  }

  private static Set<String> texts(Array array) throws SQLException {
    return new HashSet<>(Arrays.asList((String[]) array.getArray()));
  }

  private void table(AppTable table, Map<String, Set<String>> published) throws SQLException {
    String name = names.table(table);
    Map<String, Boolean> readable = columns(name, "SELECT");
    if (readable.isEmpty()) {
      problems.add(
          table == AppTable.REWARD_LEDGER
              ? "table \"%s\" is missing: %s".formatted(name, RUN_MIGRATIONS)
              : "table \"%s\" is missing; if it has another name here, set TABLE_%s"
                  .formatted(name, table.name()));
      return;
    }
    List<String> wanted =
        table.capturedColumns().isEmpty()
            ? List.copyOf(readable.keySet())
            : names.capturedColumns(table);
    for (String column : table.capturedColumns()) {
      String here = names.column(table, column);
      if (!readable.containsKey(here)) {
        problems.add(
            "column \"%s\".\"%s\" is missing; if it has another name here, set COLUMN_%s__%s"
                .formatted(name, here, table.name(), column.toUpperCase(java.util.Locale.ROOT)));
      }
    }
    if (wanted.stream().anyMatch(column -> !readable.getOrDefault(column, true))) {
      problems.add(
          "role \"%s\" may not read table \"%s\" (GRANT SELECT ON \"%s\".\"%2$s\" TO \"%1$s\")"
              .formatted(config.database().user(), name, names.schema()));
    }
    published(name, wanted, published);
    if (!"id".equals(table.keyColumn()) && !hasFullReplicaIdentity(name)) {
      problems.add(
          ("table \"%s\" has not REPLICA IDENTITY FULL, so that its deletes would not say whose row"
                  + " it was (ALTER TABLE \"%s\".\"%1$s\" REPLICA IDENTITY FULL)")
              .formatted(name, names.schema()));
    }
  }

  private void published(String table, List<String> columns, Map<String, Set<String>> published) {
    if (published.isEmpty()) {
      return;
    }
    Set<String> present = published.get(table);
    if (present == null) {
      problems.add(
          "publication \"%s\" has not table \"%s\" (ALTER PUBLICATION \"%1$s\" ADD TABLE \"%s\".\"%2$s\")"
              .formatted(config.publication(), table, names.schema()));
    } else if (!present.containsAll(columns)) {
      List<String> absent = columns.stream().filter(column -> !present.contains(column)).toList();
      problems.add(
          "publication \"%s\" leaves columns %s of table \"%s\" out; publish the whole table"
              .formatted(config.publication(), absent, table));
    }
  }

  private void heartbeatTable(Map<String, Set<String>> published) throws SQLException {
    String table = EngineProperties.HEARTBEAT_TABLE;
    Map<String, Boolean> writable = columns(table, "UPDATE");
    if (writable.isEmpty()) {
      problems.add("table \"%s\" is missing: %s".formatted(table, RUN_MIGRATIONS));
      return;
    }
    Map<String, Boolean> insertable = columns(table, "INSERT");
    Map<String, Boolean> readable = columns(table, "SELECT");
    if (writable.containsValue(false)
        || insertable.containsValue(false)
        || readable.containsValue(false)) {
      problems.add(
          ("role \"%s\" may not write its heartbeat"
                  + " (GRANT SELECT, INSERT, UPDATE ON \"%s\".%s TO \"%1$s\")")
              .formatted(config.database().user(), names.schema(), table));
    }
    published(table, List.of("slot"), published);
  }

  /** A table's columns, and whether the role has that privilege on each; empty without a table. */
  private Map<String, Boolean> columns(String table, String privilege) throws SQLException {
    String sql =
        "SELECT a.attname, has_column_privilege(c.oid, a.attnum, ?)"
            + " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            + " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
            + " WHERE n.nspname = ? AND c.relname = ? AND c.relkind IN ('r', 'p')";
    Map<String, Boolean> columns = new HashMap<>();
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, privilege);
      query.setString(2, names.schema());
      query.setString(3, table);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          columns.put(row.getString(1), row.getBoolean(2));
        }
      }
    }
    return columns;
  }

  private boolean hasFullReplicaIdentity(String table) throws SQLException {
    String sql =
        "SELECT c.relreplident = 'f' FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            + " WHERE n.nspname = ? AND c.relname = ?";
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, names.schema());
      query.setString(2, table);
      try (ResultSet row = query.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }
}
