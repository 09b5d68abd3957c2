package app.goalgpt.connectors.queries;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** Statements with bound values, and their rows as they are wanted. */
final class Rows {
  private Rows() {}

  interface Reader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /**
   * @param values bound in order; an Instant as a timestamp with time zone, an array as an SQL
   *     array of text
   */
  static <T> List<T> of(Connection connection, String sql, List<Object> values, Reader<T> reader)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.size(); i++) {
        bind(connection, select, i + 1, values.get(i));
      }
      try (ResultSet row = select.executeQuery()) {
        List<T> rows = new ArrayList<>();
        while (row.next()) {
          rows.add(reader.read(row));
        }
        return rows;
      }
    }
  }

  private static void bind(Connection connection, PreparedStatement select, int at, Object value)
      throws SQLException {
    if (value instanceof Instant instant) {
      select.setObject(at, instant.atOffset(ZoneOffset.UTC));
    } else if (value instanceof Object[] array) {
      select.setArray(at, connection.createArrayOf("text", array));
    } else {
      select.setObject(at, value);
    }
  }

  /** Null where the column is. */
  static Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
    return at == null ? null : at.toInstant();
  }

  /** Null where the column is. */
  static Long number(ResultSet row, String column) throws SQLException {
    long number = row.getLong(column);
    return row.wasNull() ? null : number;
  }
}
