package app.goalgpt.endtoend;

import static app.goalgpt.endtoend.AppTraffic.run;

import app.goalgpt.embedded.fcm.Script;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** What the app does, in SQL. Balances move by increments, each with its transaction row. */
final class AppActions {
  private static final List<String> PROVIDERS = List.of("google", "apple", "phone");
  private static final List<String> RESULTS = List.of("won", "won", "lost", "void");

  private AppActions() {}

  static UUID signUp(Connection connection, List<UUID> referrers, Random random)
      throws SQLException {
    UUID customer = UUID.randomUUID();
    run(
        connection,
        "INSERT INTO customer_users (id, full_name, locale_preference) VALUES (?, 'Işık', ?)",
        customer,
        random.nextInt(5) == 0 ? "en" : "tr");
    if (random.nextInt(4) != 0) {
      run(connection, "INSERT INTO customer_xp (customer_user_id) VALUES (?)", customer);
      run(connection, "INSERT INTO customer_credits (customer_user_id) VALUES (?)", customer);
    }
    for (int device = random.nextInt(3); device > 0; device--) {
      run(
          connection,
          "INSERT INTO customer_push_tokens (customer_user_id, fcm_token) VALUES (?, ?)",
          customer,
          (random.nextInt(12) == 0 ? Script.DEAD_PREFIX : "device-") + UUID.randomUUID());
    }
    if (!referrers.isEmpty() && random.nextInt(4) != 0) {
      run(
          connection,
          """
          INSERT INTO referrals (referrer_user_id, referred_user_id, referral_code, status, expires_at)
          VALUES (?, ?, 'ARKADAS', ?, now() + make_interval(days => ?))
          """,
          referrers.get(random.nextInt(referrers.size())),
          customer,
          random.nextInt(6) == 0 ? "pending" : "completed",
          random.nextInt(10) == 0 ? -1 : 30);
    }
    return customer;
  }

  static void login(Connection connection, UUID customer, Random random) throws SQLException {
    run(
        connection,
        """
        INSERT INTO customer_oauth_identities (customer_user_id, provider, last_login_at) VALUES (?, ?, now())
        ON CONFLICT (customer_user_id, provider) DO UPDATE SET last_login_at = now(), deleted_at = NULL
        """,
        customer,
        PROVIDERS.get(random.nextInt(PROVIDERS.size())));
    run(
        connection,
        "UPDATE referrals SET status = 'completed' WHERE referred_user_id = ? AND status = 'pending'",
        customer);
  }

  static void unlink(Connection connection, UUID customer, Random random) throws SQLException {
    run(
        connection,
        "UPDATE customer_oauth_identities SET deleted_at = now() WHERE customer_user_id = ? AND provider = ?",
        customer,
        PROVIDERS.get(random.nextInt(PROVIDERS.size())));
  }

  static void comment(Connection connection, UUID customer, Random random) throws SQLException {
    run(
        connection,
        """
        INSERT INTO match_comments (customer_user_id, match_id, content)
        SELECT ?, 'm' || n, 'Güzel maçtı ⚽' FROM generate_series(1, ?) n
        """,
        customer,
        random.nextInt(10) == 0 ? 25 : 1 + random.nextInt(2));
  }

  static void like(Connection connection, UUID customer, Random random) throws SQLException {
    onOneComment(
        connection, customer, "UPDATE match_comments SET like_count = like_count + 1 WHERE id = ");
  }

  static void hideOrShow(Connection connection, UUID customer, Random random) throws SQLException {
    onOneComment(
        connection,
        customer,
        "UPDATE match_comments SET status = CASE status WHEN 'active' THEN 'hidden' ELSE 'active' END WHERE id = ");
  }

  static void eraseComment(Connection connection, UUID customer, Random random)
      throws SQLException {
    onOneComment(
        connection,
        customer,
        random.nextBoolean()
            ? "DELETE FROM match_comments WHERE id = "
            : "UPDATE match_comments SET deleted_at = now() WHERE id = ");
  }

  private static void onOneComment(Connection connection, UUID customer, String sql)
      throws SQLException {
    run(
        connection,
        sql
            + "(SELECT id FROM match_comments WHERE customer_user_id = ? ORDER BY random() LIMIT 1)",
        customer);
  }

  static void buyPrediction(Connection connection, UUID customer, Random random)
      throws SQLException {
    run(
        connection,
        "INSERT INTO ts_prediction_mapped (purchased_by_user_id, result) VALUES (?, ?)",
        random.nextInt(8) == 0 ? null : customer,
        random.nextBoolean() ? "pending" : null);
  }

  static void settlePrediction(Connection connection, UUID customer, Random random)
      throws SQLException {
    run(
        connection,
        """
        UPDATE ts_prediction_mapped SET result = ?
        WHERE id = (SELECT id FROM ts_prediction_mapped
                    WHERE purchased_by_user_id = ? AND coalesce(result, 'pending') = 'pending' LIMIT 1)
        """,
        RESULTS.get(random.nextInt(RESULTS.size())),
        customer);
  }

  static void streak(Connection connection, UUID customer, Random random) throws SQLException {
    int days = random.nextInt(9);
    run(
        connection,
        """
        INSERT INTO customer_xp AS x (customer_user_id, current_streak_days, longest_streak_days) VALUES (?, ?, ?)
        ON CONFLICT (customer_user_id) DO UPDATE
        SET current_streak_days = excluded.current_streak_days,
            longest_streak_days = greatest(x.longest_streak_days, excluded.current_streak_days),
            last_activity_date = current_date
        """,
        customer,
        days,
        days);
  }

  static void subscribe(Connection connection, UUID customer, Random random) throws SQLException {
    run(
        connection,
        """
        INSERT INTO subscriptions (customer_user_id, status, platform, amount, expired_at)
        VALUES (?, 'active', 'ios', 99.99, CASE WHEN ? THEN now() + interval '30 days' END)
        """,
        customer,
        random.nextBoolean());
  }

  static void endSubscription(Connection connection, UUID customer, Random random)
      throws SQLException {
    run(
        connection,
        "UPDATE subscriptions SET status = 'expired', expired_at = now() WHERE customer_user_id = ?"
            + " AND platform <> 'reward'",
        customer);
  }

  static void moveCredits(Connection connection, UUID customer, Random random) throws SQLException {
    int amount = random.nextInt(3) == 0 ? -(1 + random.nextInt(20)) : 1 + random.nextInt(20);
    run(
        connection,
        """
        WITH moved AS (
          UPDATE customer_credits
          SET balance = balance + ?, lifetime_earned = lifetime_earned + ?, lifetime_spent = lifetime_spent + ?
          WHERE customer_user_id = ? AND balance + ? >= 0
          RETURNING balance)
        INSERT INTO customer_credit_transactions
          (customer_user_id, amount, transaction_type, description, balance_before, balance_after)
        SELECT ?, ?, 'purchase', 'app', balance - ?, balance FROM moved
        """,
        amount,
        Math.max(amount, 0),
        Math.max(-amount, 0),
        customer,
        amount,
        customer,
        amount,
        amount);
  }

  static void grantXp(Connection connection, UUID customer, Random random) throws SQLException {
    int amount = 10 * (1 + random.nextInt(10));
    run(
        connection,
        """
        WITH levels (name, low, high) AS (
          VALUES ('bronze', 0, 500), ('silver', 500, 2000), ('gold', 2000, 5000),
                 ('platinum', 5000, 10000), ('diamond', 10000, 25000), ('vip_elite', 25000, NULL)),
        granted AS (
          UPDATE customer_xp x
          SET xp_points = x.xp_points + g.amount, total_earned = x.total_earned + g.amount,
              level = l.name, next_level_xp = l.high,
              level_progress = coalesce(
                  round(100.0 * (x.xp_points + g.amount - l.low) / (l.high - l.low), 2), 100)
          FROM (SELECT ?::int AS amount) g, levels l
          WHERE x.customer_user_id = ? AND x.xp_points + g.amount >= l.low
            AND (l.high IS NULL OR x.xp_points + g.amount < l.high)
          RETURNING x.customer_user_id, g.amount)
        INSERT INTO customer_xp_transactions (customer_user_id, xp_amount, transaction_type, description)
        SELECT customer_user_id, amount, 'match_day', 'app' FROM granted
        """,
        amount,
        customer);
  }

  static void eraseReferral(Connection connection, UUID customer, Random random)
      throws SQLException {
    run(connection, "DELETE FROM referrals WHERE referred_user_id = ? AND tier = 1", customer);
  }

  static void leave(Connection connection, UUID customer, Random random) throws SQLException {
    run(
        connection,
        "UPDATE customer_users SET deleted_at = now(), is_active = false WHERE id = ?",
        customer);
  }

  static void switchBadge(Connection connection, UUID customer, Random random) throws SQLException {
    run(connection, "UPDATE badges SET is_active = NOT is_active WHERE slug = 'switched'");
  }
}
