package app.goalgpt.benchmarks.measure;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * What Postgres itself remembers of commits ({@code track_commit_timestamp}): to the microsecond,
 * and the same for whoever wrote the row.
 */
public final class CommitTimes {
  private static final String MICROS =
      "(extract(epoch FROM pg_xact_commit_timestamp(%s)) * 1000000)::bigint";

  private CommitTimes() {}

  /**
   * From the commit of each cause to the commit of its reward.
   *
   * @param causesSql rows of {@code id} (text) and {@code xid}
   * @param rewardsSql rows of {@code cause} (text) and {@code xid}
   */
  public static Latencies causeToReward(Connection connection, String causesSql, String rewardsSql)
      throws SQLException {
    String sql =
        "SELECT %s - %s FROM (%s) c JOIN (%s) r ON r.cause = c.id"
            .formatted(MICROS.formatted("r.xid"), MICROS.formatted("c.xid"), causesSql, rewardsSql);
    Latencies latencies = new Latencies();
    try (Statement query = connection.createStatement();
        ResultSet row = query.executeQuery(sql)) {
      while (row.next()) {
        latencies.record(row.getLong(1));
      }
    }
    return latencies;
  }

  /** The causes that are the comments on a match. */
  public static String comments(String match) {
    return "SELECT id::text AS id, xmin AS xid FROM match_comments WHERE match_id = '%s'"
        .formatted(match);
  }

  /** When each customer's comment on that match was committed, microseconds since 1970. */
  public static Map<UUID, Long> commentsByCustomer(Connection connection, String match)
      throws SQLException {
    String sql =
        "SELECT customer_user_id, %s FROM match_comments c WHERE c.match_id = ?"
            .formatted(MICROS.formatted("c.xmin"));
    Map<UUID, Long> commits = new HashMap<>();
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, match);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          commits.put(row.getObject(1, UUID.class), row.getLong(2));
        }
      }
    }
    return commits;
  }

  /** When the last of these rewards was committed. */
  public static Instant lastReward(Connection connection, String rewardsSql) throws SQLException {
    String sql = "SELECT max(%s) FROM (%s) r".formatted(MICROS.formatted("r.xid"), rewardsSql);
    try (PreparedStatement query = connection.prepareStatement(sql);
        ResultSet row = query.executeQuery()) {
      row.next();
      return instant(row.getLong(1));
    }
  }

  private static Instant instant(long micros) {
    return Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1000);
  }
}
