package app.goalgpt.connectors.housekeeping;

import static java.util.stream.Collectors.joining;

import app.goalgpt.messages.AppTables;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows are moved to the table's archive: deleted and inserted by one statement, with all columns
 * that the table has at that moment. A row that is in the archive already (somebody brought it back
 * and left it there) replaces its older version.
 */
final class Archival implements Removal {
  /** The archive's own column. */
  private static final String ARCHIVED_AT = "archived_at";

  private static final String COLUMNS =
      """
      SELECT quote_ident(a.attname) AS name, format_type(a.atttypid, a.atttypmod) AS type,
             format_type(b.atttypid, b.atttypmod) AS archived_type
      FROM pg_attribute a
      LEFT JOIN pg_attribute b
          ON b.attrelid = to_regclass(?) AND b.attname = a.attname AND b.attnum > 0 AND NOT b.attisdropped
      WHERE a.attrelid = ?::regclass AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY a.attnum""";

  private static final String FOLLOWERS =
      """
      SELECT string_agg(format('%s of %s', conname, conrelid::regclass), ', ')
      FROM pg_constraint
      WHERE contype = 'f' AND confrelid = ?::regclass AND confdeltype IN ('c', 'n', 'd')""";

  private final AppTables tables;
  private final Retention retention;
  private final String table;
  private final String archive;

  private record Column(String name, String type, String archivedType) {
    boolean isArchived() {
      return type.equals(archivedType) && !name.equals(ARCHIVED_AT);
    }
  }

  Archival(AppTables tables, Retention retention) {
    this.tables = tables;
    this.retention = retention;
    this.table = sql("{$}");
    this.archive = sql("{$_archive}");
  }

  private String sql(String template) {
    return tables.sql(template.replace("$", retention.table().specName()));
  }

  @Override
  public void check(Connection connection) throws SQLException {
    columns(connection);
    try (PreparedStatement query = connection.prepareStatement(FOLLOWERS)) {
      query.setString(1, table);
      try (ResultSet row = query.executeQuery()) {
        row.next();
        if (row.getString(1) != null) {
          throw new IllegalStateException(
              "rows that refer to it would go or change with its rows, and be in no archive: %s"
                  .formatted(row.getString(1)));
        }
      }
    }
  }

  @Override
  public long remove(Connection connection, Array ids, OffsetDateTime cutoff) throws SQLException {
    lockShape(connection);
    try (PreparedStatement statement = connection.prepareStatement(move(columns(connection)))) {
      statement.setArray(1, ids);
      statement.setObject(2, cutoff);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        long gone = row.getLong(1);
        if (gone != row.getLong(2)) {
          throw new IllegalStateException(
              "of %d rows only %d got into %s: a trigger or a rule of it?"
                  .formatted(gone, row.getLong(2), archive));
        }
        return gone;
      }
    }
  }

  @Override
  public String report(Connection connection) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT pg_size_pretty(pg_total_relation_size(?::regclass))")) {
      query.setString(1, archive);
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return "archived in %s, which takes %s".formatted(archive, row.getString(1));
      }
    }
  }

  /**
   * Until the transaction's end nobody adds a column. It is the lock that a DELETE takes anyway.
   */
  private void lockShape(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("LOCK TABLE " + table + " IN ROW EXCLUSIVE MODE");
    }
  }

  /** All columns of the table, by their quoted names; the archive has them too. */
  private List<String> columns(Connection connection) throws SQLException {
    List<String> names = new ArrayList<>();
    List<Column> lacking = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(COLUMNS)) {
      query.setString(1, archive);
      query.setString(2, table);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          Column column = new Column(row.getString(1), row.getString(2), row.getString(3));
          names.add(column.name());
          if (!column.isArchived()) {
            lacking.add(column);
          }
        }
      }
    }
    if (!lacking.isEmpty()) {
      throw new IllegalStateException(complaint(lacking, names.size()));
    }
    return names;
  }

  private String complaint(List<Column> lacking, int all) {
    if (lacking.size() == all) {
      return "there is no archive %s: run ./goalgpt migrate".formatted(archive);
    }
    if (lacking.stream().anyMatch(column -> column.name().equals(ARCHIVED_AT))) {
      return "it has a column archived_at of its own, which is the archive's";
    }
    return "its archive would lose %s; repair: ALTER TABLE %s %s"
        .formatted(
            lacking.stream()
                .map(column -> column.name() + " " + column.type())
                .collect(joining(", ")),
            archive,
            lacking.stream().map(Archival::repair).collect(joining(", ")));
  }

  private static String repair(Column column) {
    return (column.archivedType() == null ? "ADD COLUMN %s %s" : "ALTER COLUMN %s TYPE %s")
        .formatted(column.name(), column.type());
  }

  private String move(List<String> columns) {
    return sql("""
        /* housekeeping.archive */ WITH picked AS (
            SELECT {$.id} FROM {$} WHERE {$.id} = ANY (?) AND %s FOR UPDATE SKIP LOCKED),
        gone AS (DELETE FROM {$} t USING picked p WHERE t.{$.id} = p.{$.id} RETURNING t.*),
        kept AS (
            INSERT INTO {$_archive} (%s) SELECT %s FROM gone
            ON CONFLICT ({$.id}) DO UPDATE SET archived_at = excluded.archived_at, %s
            RETURNING 1)
        SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM kept)""")
        .formatted(
            tables.sql(retention.condition()),
            String.join(", ", columns),
            String.join(", ", columns),
            columns.stream().map(name -> name + " = excluded." + name).collect(joining(", ")));
  }
}
