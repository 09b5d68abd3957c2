package app.goalgpt.standalone.simulation;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What must hold in the app's tables at any moment, as SQL that finds what breaks it. */
final class Sums {
  private static final Map<String, String> BROKEN = new TreeMap<>();

  static {
    BROKEN.put(
        "XP is the sum of its transactions",
        """
        SELECT x.customer_user_id FROM customer_xp x
        LEFT JOIN (SELECT customer_user_id, sum(xp_amount) AS total FROM customer_xp_transactions GROUP BY 1) t
          USING (customer_user_id)
        WHERE x.xp_points <> coalesce(t.total, 0) OR x.total_earned <> coalesce(t.total, 0)
        """);
    BROKEN.put(
        "the level is that of the points",
        """
        SELECT customer_user_id FROM customer_xp
        WHERE (level, next_level_xp) IS DISTINCT FROM (CASE
            WHEN xp_points < 500 THEN ROW('bronze'::varchar, 500)
            WHEN xp_points < 2000 THEN ROW('silver'::varchar, 2000)
            WHEN xp_points < 5000 THEN ROW('gold'::varchar, 5000)
            WHEN xp_points < 10000 THEN ROW('platinum'::varchar, 10000)
            WHEN xp_points < 25000 THEN ROW('diamond'::varchar, 25000)
            ELSE ROW('vip_elite'::varchar, NULL::int) END)
        """);
    BROKEN.put(
        "the progress is the way through the level",
        """
        SELECT x.customer_user_id FROM customer_xp x
        JOIN (VALUES ('bronze', 0), ('silver', 500), ('gold', 2000), ('platinum', 5000), ('diamond', 10000))
          AS l(level, begins) USING (level)
        WHERE abs(x.level_progress - 100.0 * (x.xp_points - l.begins) / (x.next_level_xp - l.begins)) > 0.01
        """);
    BROKEN.put(
        "the balance is the sum of its transactions",
        """
        SELECT c.customer_user_id FROM customer_credits c
        LEFT JOIN (SELECT customer_user_id, sum(amount) AS total, sum(greatest(amount, 0)) AS earned
                   FROM customer_credit_transactions GROUP BY 1) t USING (customer_user_id)
        WHERE c.balance <> coalesce(t.total, 0) OR c.lifetime_earned <> coalesce(t.earned, 0)
           OR c.balance <> c.lifetime_earned - c.lifetime_spent
        """);
    BROKEN.put(
        "a transaction says what it did",
        "SELECT id FROM customer_credit_transactions WHERE balance_after - balance_before <> amount");
    BROKEN.put(
        "likes are counted",
        """
        SELECT c.id FROM match_comments c
        LEFT JOIN (SELECT comment_id, count(*) AS total FROM match_comment_likes GROUP BY 1) l ON l.comment_id = c.id
        WHERE c.like_count <> coalesce(l.total, 0)
        """);
    BROKEN.put(
        "a streak has a last day and a longest one",
        """
        SELECT customer_user_id FROM customer_xp
        WHERE longest_streak_days < current_streak_days OR (current_streak_days > 0 AND last_activity_date IS NULL)
        """);
  }

  private Sums() {}

  /** What does not hold, with how many rows break it. */
  static List<String> broken(Connection connection) throws SQLException {
    List<String> found = new ArrayList<>();
    for (Map.Entry<String, String> rule : BROKEN.entrySet()) {
      long rows = number(connection, "SELECT count(*) FROM (" + rule.getValue() + ") broken");
      if (rows > 0) {
        found.add(rule.getKey() + ": broken by " + rows);
      }
    }
    return found;
  }

  static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getLong(1);
    }
  }
}
