package app.goalgpt.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The jobs that this system takes the place of, as the seeds describe them: for each badge a query
 * for everybody who meets its condition and does not have it, then one customer at a time, one
 * transaction each; the referral jobs likewise. Pushes, which the seeds' jobs send in between, are
 * left out: that is in the seeds' favour.
 */
final class SeedsJobs {
  static final Duration BADGES_EVERY = Duration.ofMinutes(5);
  static final Duration REFERRALS_EVERY = Duration.ofMinutes(1);

  private static final String ELIGIBLE =
      """
      SELECT e.id FROM (%s) e JOIN customer_users u ON u.id = e.id AND u.deleted_at IS NULL
      WHERE NOT EXISTS (SELECT FROM customer_badges o WHERE o.customer_user_id = e.id AND o.badge_id = ?)
      """;
  private static final String TIER_2 =
      """
      SELECT r.id, r.referrer_user_id, r.referred_user_id FROM referrals r
      WHERE r.tier = 1 AND r.status = 'completed' AND EXISTS (
        SELECT FROM customer_oauth_identities i
        WHERE i.customer_user_id = r.referred_user_id AND i.deleted_at IS NULL
          AND i.last_login_at IS NOT NULL AND (r.expires_at IS NULL OR i.last_login_at <= r.expires_at))
      """;
  private static final String TIER_3 =
      """
      SELECT r.id, r.referrer_user_id, r.referred_user_id FROM referrals r
      WHERE r.tier = 2 AND r.status = 'rewarded' AND EXISTS (
        SELECT FROM subscriptions s WHERE s.customer_user_id = r.referred_user_id
          AND s.status = 'active' AND (s.expired_at IS NULL OR s.expired_at > now()))
      """;

  private final Connection connection;

  private record Badge(UUID id, String type, Condition condition, int xp, int credits) {}

  /** The fields of unlock_condition, null where it has none. */
  private record Condition(
      Integer count,
      Integer minTier,
      Integer correctCount,
      Double accuracy,
      Integer minCount,
      Integer likeCount,
      Integer days,
      String level,
      Integer amount) {}

  private record Referral(UUID id, UUID referrer, UUID referred) {}

  /** A connection of its own, kept open from run to run. */
  SeedsJobs(Connection connection) throws SQLException {
    this.connection = connection;
    connection.setAutoCommit(false);
  }

  /** One run of badge auto-unlock: for each grant, the time from the run's start to its commit. */
  List<Duration> unlockBadges() throws SQLException {
    long begin = System.nanoTime();
    List<Duration> commits = new ArrayList<>();
    for (Badge badge : badges()) {
      for (UUID customer : eligible(badge)) {
        execute(
            "INSERT INTO customer_badges (customer_user_id, badge_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
            customer,
            badge.id());
        execute("UPDATE badges SET total_unlocks = total_unlocks + 1 WHERE id = ?", badge.id());
        grantXp(customer, badge.xp(), badge.id());
        grantCredits(customer, badge.credits(), "badge_reward", badge.id());
        commits.add(commit(begin));
      }
    }
    connection.commit();
    return commits;
  }

  /** Marks what everybody has earned by now as settled, without granting for it. */
  void markSettled() throws SQLException {
    execute(
        "UPDATE referrals SET tier = 2, status = 'rewarded' WHERE id IN (SELECT id FROM (%s) q)"
            .formatted(TIER_2));
    execute("UPDATE referrals SET tier = 3 WHERE id IN (SELECT id FROM (%s) q)".formatted(TIER_3));
    for (Badge badge : badges()) {
      String sql =
          "INSERT INTO customer_badges (customer_user_id, badge_id) SELECT q.id, ? FROM (%s) q"
              .formatted(ELIGIBLE.formatted(condition(badge)));
      execute(sql, badge.id(), badge.id());
    }
    connection.commit();
  }

  /** One run of the tier 2 job, as {@link #unlockBadges}. */
  List<Duration> reachTier2() throws SQLException {
    long begin = System.nanoTime();
    List<Duration> commits = new ArrayList<>();
    for (Referral referral : referrals(TIER_2)) {
      execute("UPDATE referrals SET tier = 2, status = 'rewarded' WHERE id = ?", referral.id());
      grantCredits(referral.referrer(), 50, "referral_bonus", referral.id());
      grantCredits(referral.referred(), 10, "referral_bonus", referral.id());
      commits.add(commit(begin));
    }
    connection.commit();
    return commits;
  }

  /** One run of the tier 3 job, as {@link #unlockBadges}. */
  List<Duration> reachTier3() throws SQLException {
    long begin = System.nanoTime();
    List<Duration> commits = new ArrayList<>();
    for (Referral referral : referrals(TIER_3)) {
      execute(
          "UPDATE referrals SET tier = 3, referred_subscribed_at = now() WHERE id = ?",
          referral.id());
      grantCredits(referral.referrer(), 200, "referral_bonus", referral.id());
      grantXp(referral.referrer(), 500, referral.id());
      commits.add(commit(begin));
    }
    connection.commit();
    return commits;
  }

  private Duration commit(long begin) throws SQLException {
    connection.commit();
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  private List<Badge> badges() throws SQLException {
    String sql =
        """
        SELECT id, c->>'type', (c->>'count')::int, (c->>'min_tier')::int, (c->>'correct_count')::int,
               (c->>'accuracy')::float8, (c->>'min_count')::int, (c->>'like_count')::int,
               (c->>'days')::int, c->>'level', (c->>'amount')::int, reward_xp, reward_credits
        FROM badges, LATERAL (SELECT unlock_condition AS c) x
        WHERE is_active AND deleted_at IS NULL AND c->>'type' <> 'manual'
        """;
    List<Badge> badges = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(sql);
        ResultSet row = query.executeQuery()) {
      while (row.next()) {
        Condition condition =
            new Condition(
                row.getObject(3, Integer.class),
                row.getObject(4, Integer.class),
                row.getObject(5, Integer.class),
                row.getObject(6, Double.class),
                row.getObject(7, Integer.class),
                row.getObject(8, Integer.class),
                row.getObject(9, Integer.class),
                row.getString(10),
                row.getObject(11, Integer.class));
        badges.add(
            new Badge(
                row.getObject(1, UUID.class),
                row.getString(2),
                condition,
                row.getInt(12),
                row.getInt(13)));
      }
    }
    return badges;
  }

  /** SQL for the ids of those who meet it, whether they have the badge or not. */
  private static String condition(Badge badge) {
    Condition c = badge.condition();
    return switch (badge.type()) {
      case "referrals" ->
          "SELECT referrer_user_id AS id FROM referrals WHERE tier >= %d GROUP BY 1 HAVING count(*) >= %d"
              .formatted(c.minTier() == null ? 1 : c.minTier(), c.count());
      case "predictions" ->
          c.correctCount() != null
              ? "SELECT purchased_by_user_id AS id FROM ts_prediction_mapped WHERE result = 'won'"
                  + " GROUP BY 1 HAVING count(*) >= "
                  + c.correctCount()
              : ("SELECT purchased_by_user_id AS id FROM ts_prediction_mapped WHERE result IN ('won', 'lost')"
                      + " GROUP BY 1 HAVING count(*) >= %d"
                      + " AND 100.0 * count(*) FILTER (WHERE result = 'won') / count(*) >= %s")
                  .formatted(c.minCount(), c.accuracy());
      case "comments" ->
          "SELECT customer_user_id AS id FROM match_comments WHERE status = 'active' AND deleted_at IS NULL"
              + " GROUP BY 1 HAVING "
              + (c.count() != null
                  ? "count(*) >= " + c.count()
                  : "sum(like_count) >= " + c.likeCount());
      case "login_streak" ->
          "SELECT customer_user_id AS id FROM customer_xp WHERE current_streak_days >= " + c.days();
      case "xp_level" ->
          ("SELECT customer_user_id AS id FROM customer_xp, (VALUES (ARRAY['bronze', 'silver', 'gold',"
                  + " 'platinum', 'diamond', 'vip_elite'])) l (names)"
                  + " WHERE array_position(names, level::text) >= array_position(names, '%s')")
              .formatted(c.level());
      case "credits_earned" ->
          "SELECT customer_user_id AS id FROM customer_credits WHERE lifetime_earned >= "
              + c.amount();
      default -> throw new IllegalStateException("no such condition: " + badge.type());
    };
  }

  private List<UUID> eligible(Badge badge) throws SQLException {
    List<UUID> customers = new ArrayList<>();
    try (PreparedStatement query =
        connection.prepareStatement(ELIGIBLE.formatted(condition(badge)))) {
      query.setObject(1, badge.id());
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          customers.add(row.getObject(1, UUID.class));
        }
      }
    }
    return customers;
  }

  private List<Referral> referrals(String sql) throws SQLException {
    List<Referral> referrals = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(sql);
        ResultSet row = query.executeQuery()) {
      while (row.next()) {
        referrals.add(
            new Referral(
                row.getObject(1, UUID.class),
                row.getObject(2, UUID.class),
                row.getObject(3, UUID.class)));
      }
    }
    return referrals;
  }

  private void grantXp(UUID customer, int xp, UUID reference) throws SQLException {
    if (xp == 0) {
      return;
    }
    execute(
        "INSERT INTO customer_xp_transactions (customer_user_id, xp_amount, transaction_type, reference_id)"
            + " VALUES (?, ?, 'badge_unlock', ?)",
        customer,
        xp,
        reference);
    execute(
        "UPDATE customer_xp SET xp_points = xp_points + ?, total_earned = total_earned + ?,"
            + " updated_at = now() WHERE customer_user_id = ?",
        xp,
        xp,
        customer);
  }

  private void grantCredits(UUID customer, int credits, String type, UUID reference)
      throws SQLException {
    if (credits == 0) {
      return;
    }
    execute(
        "INSERT INTO customer_credit_transactions (customer_user_id, amount, transaction_type, reference_id,"
            + " balance_before, balance_after)"
            + " SELECT customer_user_id, ?, ?, ?, balance, balance + ? FROM customer_credits"
            + " WHERE customer_user_id = ? FOR UPDATE",
        credits,
        type,
        reference,
        credits,
        customer);
    execute(
        "UPDATE customer_credits SET balance = balance + ?, lifetime_earned = lifetime_earned + ?,"
            + " updated_at = now() WHERE customer_user_id = ?",
        credits,
        credits,
        customer);
  }

  private void execute(String sql, Object... parameters) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      statement.executeUpdate();
    }
  }
}
