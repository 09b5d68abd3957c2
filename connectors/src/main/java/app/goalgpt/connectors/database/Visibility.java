package app.goalgpt.connectors.database;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;

/**
 * What PostgreSQL shows later than it tells. A commit is in the write-ahead log, and so with
 * capture, before other sessions see it: for microseconds, for as long as the machine forgets the
 * committing process at that point, for minutes where commits wait for a standby. Whoever asks the
 * tables about a change that came by capture must know that they may not have it yet.
 */
public final class Visibility {
  private static final String OLDEST_UNDER_WAY =
      "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint";
  private static final String NEXT = "SELECT pg_current_xact_id()::text::bigint";

  /** Changes carry the low 32 bits only; differences count as on a ring. */
  private static final String UNSEEN =
      "SELECT EXISTS (SELECT FROM unnest(?::bigint[]) t, (SELECT pg_current_snapshot() AS it) s"
          + " WHERE (t - pg_snapshot_xmax(s.it)::text::bigint) & 4294967295 < 2147483648"
          + " OR t IN (SELECT x::text::bigint & 4294967295 FROM pg_snapshot_xip(s.it) x))";

  private Visibility() {}

  /** Every transaction with a smaller id has ended, and what it committed is seen from now on. */
  public static long oldestUnderWay(Connection connection) throws SQLException {
    return number(connection, OLDEST_UNDER_WAY);
  }

  /** The id of the transaction that asks, greater than that of all that have written before. */
  public static long next(Connection connection) throws SQLException {
    return number(connection, NEXT);
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  /**
   * Whether what these transactions committed is seen from now on.
   *
   * @param transactions ids of committed transactions as changes have them (32 bits)
   */
  public static boolean sees(Connection connection, Collection<Long> transactions)
      throws SQLException {
    Array ids = connection.createArrayOf("bigint", transactions.toArray());
    try (PreparedStatement statement = connection.prepareStatement(UNSEEN)) {
      statement.setArray(1, ids);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return !row.getBoolean(1);
      }
    }
  }
}
