package app.goalgpt.connectors.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.goalgpt.connectors.database.Trouble;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Decision;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SettlementTest {
  private static final String CONDITION = "{\"type\": \"comments\", \"count\": 5}";

  private final AppDatabase app = new AppDatabase();
  private final Settlement settlement = new Settlement(app.tables, List.of("completed"));
  private Connection connection;

  @BeforeAll
  void connect() throws SQLException {
    connection = app.ledgerConnection();
  }

  @BeforeEach
  void clear() throws SQLException {
    app.clear();
  }

  @AfterAll
  void stop() throws SQLException {
    connection.close();
    app.close();
  }

  private Outcome settle(Decision... decisions) throws SQLException {
    return settlement.settle(connection, Arrays.asList(decisions));
  }

  private static Decision unlock(UUID customer, UUID badge) {
    return unlock(customer, badge, CONDITION);
  }

  private static Decision unlock(UUID customer, UUID badge, String condition) {
    return Decision.BadgeUnlock.of(
        customer, badge, condition, "7", AppDatabase.CAUSE, AppDatabase.DECIDED);
  }

  private static Decision reach(int tier, UUID referral, UUID referrer, UUID referred) {
    return Decision.ReferralTier.of(
        referral, tier, referrer, referred, AppDatabase.CAUSE, AppDatabase.DECIDED);
  }

  private void assertRefused(Refusal reason, Decision decision) throws SQLException {
    List<Map<String, String>> before = everything();
    assertThat(settle(decision).refused()).containsExactly(new Outcome.Refused(decision, reason));
    assertThat(everything()).isEqualTo(before);
  }

  private List<Map<String, String>> everything() throws SQLException {
    List<Map<String, String>> rows = new ArrayList<>();
    for (String table :
        List.of(
            "customer_xp",
            "customer_xp_transactions",
            "customer_credits",
            "customer_credit_transactions",
            "badges",
            "customer_badges",
            "referrals",
            "subscriptions",
            "reward_ledger")) {
      rows.addAll(app.rows("SELECT * FROM " + table + " ORDER BY 1"));
    }
    return rows;
  }

  @Test
  void theLedgerRowHoldsAllThatAnAnnouncementSays() throws SQLException {
    UUID customer = app.customer();
    UUID badge = app.badge(CONDITION, 500, 20, 7);
    app.execute("UPDATE badges SET icon_url = 'https://icons/1.png' WHERE id = ?", badge);
    Decision decision = unlock(customer, badge);

    settle(decision);

    Map<String, String> row = app.rows("SELECT * FROM reward_ledger").get(0);
    String settledAt = row.remove("settled_at");
    assertThat(settledAt).isNotNull();
    assertThat(row)
        .containsEntry("id", decision.rewardId().toString())
        .containsEntry("kind", "badge_unlock")
        .containsEntry("customer_user_id", customer.toString())
        .containsEntry("badge_id", badge.toString())
        .containsEntry("badge_slug", "badge-" + badge)
        .containsEntry("badge_name_tr", "Rozet")
        .containsEntry("badge_name_en", "Badge")
        .containsEntry("badge_icon_url", "https://icons/1.png")
        .containsEntry("condition", CONDITION)
        .containsEntry("value", "7")
        .containsEntry("cause_table", "match_comments")
        .containsEntry("cause_row_id", "7")
        .containsEntry("cause_lsn", "42")
        .containsEntry("cause_committed_at", "2026-11-21 10:00:00.123456+00")
        .containsEntry("decided_at", "2026-11-21 10:00:00.2+00")
        .containsEntry("xp", "500")
        .containsEntry("credits", "20")
        .containsEntry("vip_days", "7")
        .containsEntry("referred_credits", "0")
        .containsEntry("level_reached", "silver")
        .containsEntry("level_credits", "25");
    assertThat(app.rows("SELECT metadata FROM customer_badges").get(0).get("metadata"))
        .contains("\"rewardId\": \"" + decision.rewardId())
        .contains("\"value\": \"7\"")
        .contains("\"condition\": {");
  }

  /** Levels by SPEC; progress by hand: (points - level's) / (next level's - level's). */
  @ParameterizedTest
  @CsvSource({
    // had, granted, level, progress, next, level reached, level credits, achievements
    "0, 499, bronze, 99.80, 500, , 0, 0",
    "0, 500, silver, 0.00, 2000, silver, 25, 1",
    "499, 1, silver, 0.00, 2000, silver, 25, 1",
    "500, 1000, silver, 66.67, 2000, , 0, 0",
    "100, 1900, gold, 0.00, 5000, gold, 75, 2",
    "0, 24999, diamond, 99.99, 25000, diamond, 425, 4",
    "24999, 1, vip_elite, 100.00, , vip_elite, 500, 1",
    "0, 30000, vip_elite, 100.00, , vip_elite, 925, 5",
    "25000, 5000, vip_elite, 100.00, , , 0, 0"
  })
  void pointsMoveTheLevel(
      int had,
      int granted,
      String level,
      String progress,
      String next,
      String reached,
      int levelCredits,
      int achievements)
      throws SQLException {
    UUID customer = app.customer();
    app.execute(
        "INSERT INTO customer_xp (customer_user_id, xp_points, total_earned) VALUES (?, ?, ?)",
        customer,
        had,
        had);
    UUID badge = app.badge(CONDITION, granted, 0, 0);

    settle(unlock(customer, badge));

    assertThat(app.rows("SELECT * FROM customer_xp").get(0))
        .containsEntry("xp_points", String.valueOf(had + granted))
        .containsEntry("total_earned", String.valueOf(had + granted))
        .containsEntry("level", level)
        .containsEntry("level_progress", progress)
        .containsEntry("next_level_xp", next)
        .containsEntry("achievements_count", String.valueOf(achievements));
    assertThat(app.rows("SELECT level_reached, level_credits FROM reward_ledger").get(0))
        .containsEntry("level_reached", reached)
        .containsEntry("level_credits", String.valueOf(levelCredits));
    assertThat(app.value("SELECT coalesce(sum(balance), 0) FROM customer_credits"))
        .isEqualTo(String.valueOf(levelCredits));
    assertThat(app.value("SELECT count(*) FROM customer_credit_transactions"))
        .isEqualTo(String.valueOf(achievements));
  }

  @Test
  void aBadgeThatGivesNothingTouchesNoBalance() throws SQLException {
    UUID customer = app.customer();
    settle(unlock(customer, app.badge(CONDITION, 0, 0, 0)));
    assertThat(app.rows("SELECT * FROM customer_badges")).hasSize(1);
    assertThat(app.rows("SELECT * FROM reward_ledger")).hasSize(1);
    assertThat(app.rows("SELECT * FROM customer_xp")).isEmpty();
    assertThat(app.rows("SELECT * FROM customer_credits")).isEmpty();
    assertThat(app.rows("SELECT * FROM customer_xp_transactions")).isEmpty();
    assertThat(app.rows("SELECT * FROM customer_credit_transactions")).isEmpty();
  }

  @Test
  void aConditionWrittenDifferentlyIsTheSameCondition() throws SQLException {
    UUID customer = app.customer();
    UUID badge = app.badge(CONDITION, 1, 0, 0);
    assertThat(settle(unlock(customer, badge, "{\"count\":5.0,\"type\":\"comments\"}")).settled())
        .hasSize(1);
  }

  @Test
  void whatTheTablesDoNotAgreeToIsRefusedAndChangesNothing() throws SQLException {
    UUID customer = app.customer();
    UUID badge = app.badge(CONDITION, 10, 5, 3);
    assertThat(settle(unlock(customer, badge)).settled()).hasSize(1);
    assertRefused(Refusal.ALREADY_SETTLED, unlock(customer, badge));
    app.execute("DELETE FROM customer_badges");
    assertRefused(Refusal.ALREADY_SETTLED, unlock(customer, badge));

    UUID other = app.customer();
    app.execute(
        "INSERT INTO customer_badges (customer_user_id, badge_id) VALUES (?, ?)", other, badge);
    assertRefused(Refusal.ALREADY_UNLOCKED, unlock(other, badge));

    UUID third = app.customer();
    assertRefused(Refusal.CONDITION_CHANGED, unlock(third, badge, "{\"type\": \"manual\"}"));
    assertRefused(Refusal.BADGE_GONE, unlock(third, UUID.randomUUID()));
    assertRefused(Refusal.CUSTOMER_GONE, unlock(UUID.randomUUID(), badge));
    app.execute("UPDATE badges SET is_active = false");
    assertRefused(Refusal.BADGE_INACTIVE, unlock(third, badge));
    app.execute("UPDATE badges SET is_active = true, deleted_at = now()");
    assertRefused(Refusal.BADGE_GONE, unlock(third, badge));
    app.execute("UPDATE badges SET deleted_at = NULL");
    app.execute("UPDATE customer_users SET deleted_at = now() WHERE id = ?", third);
    assertRefused(Refusal.CUSTOMER_GONE, unlock(third, badge));
  }

  @Test
  void aReferralMovesTierByTierAndPaysOnce() throws SQLException {
    UUID referrer = app.customer();
    UUID referred = app.customer();
    UUID referral = app.referral(referrer, referred, 1, "completed");
    Decision tier2 = reach(2, referral, referrer, referred);
    Decision tier3 = reach(3, referral, referrer, referred);

    assertRefused(Refusal.TIER_MOVED_ON, tier3);
    assertThat(settle(tier2, tier3, tier2).settled()).containsExactly(tier2, tier3);

    assertThat(app.rows("SELECT * FROM referrals").get(0))
        .containsEntry("tier", "3")
        .containsEntry("status", "rewarded")
        .hasEntrySatisfying("referred_subscribed_at", at -> assertThat(at).isNotNull());
    assertThat(balance(referrer)).isEqualTo("275"); // 50 + 200, and 25 for silver at 500 points
    assertThat(balance(referred)).isEqualTo("10");
    assertThat(app.value("SELECT xp_points FROM customer_xp WHERE customer_user_id = ?", referrer))
        .isEqualTo("500");
    assertThat(app.rows("SELECT * FROM reward_ledger WHERE tier = 3").get(0))
        .containsEntry("kind", "referral_tier")
        .containsEntry("customer_user_id", referrer.toString())
        .containsEntry("referred_user_id", referred.toString())
        .containsEntry("xp", "500")
        .containsEntry("credits", "200")
        .containsEntry("level_reached", "silver")
        .containsEntry("level_credits", "25");
    assertRefused(Refusal.ALREADY_SETTLED, tier2);
    app.execute("DELETE FROM reward_ledger");
    assertRefused(Refusal.TIER_MOVED_ON, tier2);
    assertRefused(Refusal.TIER_MOVED_ON, tier3);
  }

  @Test
  void aReferralWhoseRowSaysOtherwiseIsRefused() throws SQLException {
    UUID referrer = app.customer();
    UUID referred = app.customer();
    UUID referral = app.referral(referrer, referred, 1, "pending");
    assertRefused(Refusal.STATUS_NOT_QUALIFYING, reach(2, referral, referrer, referred));
    assertRefused(Refusal.REFERRAL_CHANGED, reach(2, referral, app.customer(), referred));
    assertRefused(Refusal.REFERRAL_GONE, reach(2, UUID.randomUUID(), referrer, referred));
    app.execute("UPDATE referrals SET tier = 2, status = 'expired'");
    assertRefused(Refusal.STATUS_NOT_QUALIFYING, reach(3, referral, referrer, referred));
    app.execute("UPDATE referrals SET tier = 1, status = 'completed'");
    app.execute("UPDATE customer_users SET deleted_at = now()");
    assertRefused(Refusal.CUSTOMER_GONE, reach(2, referral, referrer, referred));
  }

  @Test
  void theStatusesThatQualifyAreASetting() throws SQLException {
    UUID referrer = app.customer();
    UUID referred = app.customer();
    UUID referral = app.referral(referrer, referred, 1, "pending");
    Outcome outcome =
        new Settlement(app.tables, List.of("completed", "pending"))
            .settle(connection, List.of(reach(2, referral, referrer, referred)));
    assertThat(outcome.settled()).hasSize(1);
  }

  @Test
  void onlyTheLivingPartyIsPaid() throws SQLException {
    UUID referrer = app.customer();
    UUID referred = app.customer();
    UUID referral = app.referral(referrer, referred, 1, "completed");
    app.execute("UPDATE customer_users SET deleted_at = now() WHERE id = ?", referrer);

    assertThat(settle(reach(2, referral, referrer, referred)).settled()).hasSize(1);

    assertThat(balance(referrer)).isNull();
    assertThat(balance(referred)).isEqualTo("10");
    assertThat(app.rows("SELECT credits, referred_credits FROM reward_ledger").get(0))
        .containsEntry("credits", "0")
        .containsEntry("referred_credits", "10");
  }

  private String balance(UUID customer) throws SQLException {
    return app.value(
        "SELECT (SELECT balance FROM customer_credits WHERE customer_user_id = ?)", customer);
  }

  @Test
  void vipTimeBeginsAndIsMovedOn() throws SQLException {
    UUID customer = app.customer();
    app.execute(
        "INSERT INTO subscriptions (customer_user_id, status, platform, expired_at) VALUES (?,"
            + " 'active', 'ios', now() + interval '9 days'), (?, 'active', 'reward', now() -"
            + " interval '1 day'), (?, 'cancelled', 'reward', now() + interval '9 days')",
        customer,
        customer,
        customer);
    settle(
        unlock(customer, app.badge(CONDITION, 0, 0, 7)),
        unlock(customer, app.badge(CONDITION, 0, 0, 3)));
    String days =
        "SELECT round(extract(epoch FROM expired_at - created_at) / 86400) FROM subscriptions WHERE"
            + " platform = 'reward' AND status = 'active' AND expired_at > now()";
    assertThat(app.rows(days)).hasSize(1);
    assertThat(app.value(days)).isEqualTo("10");

    settle(unlock(customer, app.badge(CONDITION, 0, 0, 5)));

    assertThat(app.rows(days)).hasSize(1);
    assertThat(app.value(days)).isEqualTo("15");
    assertThat(app.rows("SELECT 1 FROM subscriptions")).hasSize(4);
  }

  @Test
  void aRewardThatOverflowsFailsAndLeavesNothing() throws SQLException {
    UUID customer = app.customer();
    app.execute(
        "INSERT INTO customer_xp (customer_user_id, xp_points, total_earned) VALUES (?, 2147483647,"
            + " 2147483647)",
        customer);
    Decision poison = unlock(customer, app.badge(CONDITION, 1, 0, 0));
    List<Map<String, String>> before = everything();
    assertThatThrownBy(() -> settle(poison))
        .isInstanceOfSatisfying(
            SQLException.class,
            e -> {
              assertThat(e.getSQLState()).isEqualTo("22003");
              assertThat(Trouble.isAboutTheRecord(e)).isTrue();
            });
    assertThat(everything()).isEqualTo(before);
  }

  @Test
  void tablesAndColumnsMayHaveOtherNames() throws SQLException {
    app.execute("ALTER TABLE subscriptions RENAME TO customer_subscriptions");
    app.execute("ALTER TABLE customer_xp RENAME COLUMN xp_points TO points");
    try {
      UUID customer = app.customer();
      UUID badge = app.badge(CONDITION, 10, 0, 4);
      AppTables renamed =
          AppTables.from(
              app.settings.with(
                  Map.of(
                      "TABLE_SUBSCRIPTIONS", "customer_subscriptions",
                      "COLUMN_CUSTOMER_XP__XP_POINTS", "points")));
      new Settlement(renamed, List.of("completed"))
          .settle(connection, List.of(unlock(customer, badge)));
      assertThat(app.value("SELECT points FROM customer_xp")).isEqualTo("10");
      assertThat(app.rows("SELECT 1 FROM customer_subscriptions")).hasSize(1);
    } finally {
      app.execute("ALTER TABLE customer_subscriptions RENAME TO subscriptions");
      app.execute("ALTER TABLE customer_xp RENAME COLUMN points TO xp_points");
    }
  }

  @Test
  void ledgersAndTheAppAtTheSameTimeSettleEachOnce() throws Exception {
    List<UUID> customers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      customers.add(app.customer());
    }
    List<Decision> decisions = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      UUID badge = app.badge(CONDITION, 30, 7, i % 5 == 0 ? 2 : 0);
      customers.forEach(customer -> decisions.add(unlock(customer, badge)));
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<Integer>> results = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      List<Decision> shuffled = new ArrayList<>(decisions);
      Collections.shuffle(shuffled, new Random(i));
      results.add(threads.submit(() -> settleInBatches(shuffled)));
    }
    Future<Integer> theApp = threads.submit(() -> giveCredits(customers));
    int settled = 0;
    for (Future<Integer> result : results) {
      settled += result.get();
    }
    int given = theApp.get();
    threads.shutdown();

    assertThat(settled).isEqualTo(decisions.size());
    assertThat(app.value("SELECT sum(xp_points) FROM customer_xp"))
        .isEqualTo(String.valueOf(400 * 30));
    assertThat(app.value("SELECT sum(xp_amount) FROM customer_xp_transactions"))
        .isEqualTo(String.valueOf(400 * 30));
    // 600 points each: silver, 25 credits each.
    assertThat(app.value("SELECT sum(balance) FROM customer_credits"))
        .isEqualTo(String.valueOf(400 * 7 + 20 * 25 + given));
    assertThat(app.value("SELECT sum(total_unlocks) FROM badges")).isEqualTo("400");
    assertThat(app.value("SELECT count(*) FROM reward_ledger")).isEqualTo("400");
    assertThat(
            app.value(
                "SELECT count(DISTINCT customer_user_id) || ' ' || count(*) || ' ' ||"
                    + " sum(round(extract(epoch FROM expired_at - created_at) / 86400)) FROM"
                    + " subscriptions"))
        .isEqualTo("20 20 160");
  }

  private int settleInBatches(List<Decision> decisions) throws SQLException {
    int settled = 0;
    try (Connection own = app.ledgerConnection()) {
      for (int from = 0; from < decisions.size(); ) {
        List<Decision> batch = decisions.subList(from, Math.min(from + 25, decisions.size()));
        try {
          settled += settlement.settle(own, batch).settled().size();
          from += batch.size();
        } catch (SQLException e) {
          // A deadlock, or a key taken by the transaction beside: to be tried again.
          assertThat(e.getSQLState()).isIn("40P01", "23505");
        }
      }
    }
    return settled;
  }

  private int giveCredits(List<UUID> customers) throws SQLException {
    int given = 0;
    try (Connection own = app.postgres.connect();
        var statement =
            own.prepareStatement(
                "INSERT INTO customer_credits AS c (customer_user_id, balance, lifetime_earned)"
                    + " VALUES (?, 1, 1) ON CONFLICT (customer_user_id) DO UPDATE SET balance ="
                    + " c.balance + 1, lifetime_earned = c.lifetime_earned + 1")) {
      for (int i = 0; i < 400; i++) {
        statement.setObject(1, customers.get(i % customers.size()));
        given += statement.executeUpdate();
      }
    }
    return given;
  }
}
