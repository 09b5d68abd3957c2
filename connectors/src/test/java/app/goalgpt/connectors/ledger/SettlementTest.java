package app.goalgpt.connectors.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import app.goalgpt.connectors.database.Trouble;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Decision;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
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

  private static final Instant LOGIN = Instant.parse("2026-11-20T08:00:00Z");

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
    assertThat(settle(decision).refused())
        .containsExactly(new Outcome.Refused(decision, 0, reason));
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
    UUID customer = app.commenter(5);
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
    UUID customer = app.commenter(5);
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
    UUID customer = app.commenter(5);
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
    UUID customer = app.commenter(5);
    UUID badge = app.badge(CONDITION, 1, 0, 0);
    assertThat(settle(unlock(customer, badge, "{\"count\":5.0,\"type\":\"comments\"}")).settled())
        .hasSize(1);
  }

  @Test
  void whatTheTablesDoNotAgreeToIsRefusedAndChangesNothing() throws SQLException {
    UUID customer = app.commenter(5);
    UUID badge = app.badge(CONDITION, 10, 5, 3);
    assertThat(settle(unlock(customer, badge)).settled()).hasSize(1);
    assertRefused(Refusal.ALREADY_SETTLED, unlock(customer, badge));
    app.execute("DELETE FROM customer_badges");
    assertRefused(Refusal.ALREADY_SETTLED, unlock(customer, badge));

    UUID other = app.commenter(5);
    app.execute(
        "INSERT INTO customer_badges (customer_user_id, badge_id) VALUES (?, ?)", other, badge);
    assertRefused(Refusal.ALREADY_UNLOCKED, unlock(other, badge));

    UUID third = app.commenter(5);
    assertRefused(Refusal.CONDITION_CHANGED, unlock(third, badge, "{\"type\": \"manual\"}"));
    assertRefused(Refusal.BADGE_GONE, unlock(third, UUID.randomUUID()));
    assertRefused(Refusal.CUSTOMER_GONE, unlock(UUID.randomUUID(), badge));
    for (String reward : List.of("reward_xp", "reward_credits", "reward_vip_days")) {
      app.execute("ALTER TABLE badges DROP CONSTRAINT badges_%s_check".formatted(reward));
      app.execute("UPDATE badges SET %1$s = -%1$s".formatted(reward));
      assertRefused(Refusal.SENSELESS_REWARD, unlock(third, badge));
      app.execute("UPDATE badges SET %1$s = -%1$s".formatted(reward));
    }
    app.execute("UPDATE badges SET is_active = false");
    assertRefused(Refusal.BADGE_INACTIVE, unlock(third, badge));
    app.execute("UPDATE badges SET is_active = true, deleted_at = now()");
    assertRefused(Refusal.BADGE_GONE, unlock(third, badge));
    app.execute("UPDATE badges SET deleted_at = NULL");
    app.execute("UPDATE customer_users SET deleted_at = now() WHERE id = ?", third);
    assertRefused(Refusal.CUSTOMER_GONE, unlock(third, badge));
  }

  /** What no commit ever had: the won prediction of a transaction without the lost one. */
  @Test
  void aConditionThatDoesNotHoldByTheTablesIsRefusedAndSettledOnceItHolds() throws SQLException {
    UUID customer = app.customer();
    app.predictions(customer, "won", 8);
    app.predictions(customer, "lost", 3);
    String condition = "{\"type\": \"predictions\", \"accuracy\": 80, \"min_count\": 10}";
    Decision decision = unlock(customer, app.badge(condition, 10, 5, 3), condition);

    assertRefused(Refusal.CONDITION_NOT_MET, decision);

    app.predictions(customer, "won", 4); // 12 of 15
    assertThat(settle(decision).settled()).containsExactly(decision);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      delimiter = ';',
      value = {
        "'type': 'comments', 'count': 3; 'type': 'comments', 'count': 4",
        "'type': 'comments', 'like_count': 9; 'type': 'comments', 'like_count': 10",
        "'type': 'predictions', 'correct_count': 2; 'type': 'predictions', 'correct_count': 3",
        "'type': 'predictions', 'accuracy': 66.6, 'min_count': 3;"
            + " 'type': 'predictions', 'accuracy': 66.7, 'min_count': 3",
        "'type': 'predictions', 'accuracy': 1, 'min_count': 3;"
            + " 'type': 'predictions', 'accuracy': 1, 'min_count': 4",
        "'type': 'referrals', 'count': 2; 'type': 'referrals', 'count': 3",
        "'type': 'referrals', 'count': 1, 'min_tier': 3;"
            + " 'type': 'referrals', 'count': 2, 'min_tier': 2",
        "'type': 'login_streak', 'days': 7; 'type': 'login_streak', 'days': 8",
        "'type': 'xp_level', 'level': 'silver'; 'type': 'xp_level', 'level': 'platinum'",
        "'type': 'xp_level', 'level': 'gold'; 'type': 'xp_level', 'level': 'vip_elite'",
        "'type': 'credits_earned', 'amount': 260; 'type': 'credits_earned', 'amount': 261",
        "'type': 'comments', 'count': 1; 'type': 'manual'"
      })
  void everyConditionIsAskedOfTheTables(String met, String notMet) throws SQLException {
    UUID customer = activeCustomer();
    UUID idle = app.customer();
    String holds = "{" + met.replace('\'', '"') + "}";
    String fails = "{" + notMet.replace('\'', '"') + "}";

    assertRefused(Refusal.CONDITION_NOT_MET, unlock(customer, app.badge(fails, 1, 1, 1), fails));
    UUID badge = app.badge(holds, 1, 1, 1);
    assertRefused(Refusal.CONDITION_NOT_MET, unlock(idle, badge, holds));
    assertThat(settle(unlock(customer, badge, holds)).settled()).hasSize(1);
  }

  /** Just what the conditions above ask for, and beside it what does not count. */
  private UUID activeCustomer() throws SQLException {
    UUID customer = app.commenter(3);
    app.execute(
        "INSERT INTO match_comments (customer_user_id, match_id, content, like_count, status,"
            + " deleted_at) VALUES (?, 'm', 'Foul!', 50, 'hidden', NULL), (?, 'm', 'Foul!', 50,"
            + " 'active', now())",
        customer,
        customer);
    app.predictions(customer, "won", 2);
    app.predictions(customer, "lost", 1);
    app.predictions(customer, "void", 5);
    app.predictions(customer, null, 5);
    app.referral(customer, app.customer(), 1, "expired");
    app.referral(customer, app.customer(), 3, "rewarded");
    app.execute(
        "INSERT INTO customer_xp (customer_user_id, xp_points, total_earned, level,"
            + " current_streak_days, longest_streak_days) VALUES (?, 2000, 2000, 'gold', 7, 30)",
        customer);
    app.execute(
        "INSERT INTO customer_credits (customer_user_id, balance, lifetime_earned) VALUES (?, 1,"
            + " 260)",
        customer);
    return customer;
  }

  @Test
  void aTierAsksForALoginInTimeAndForASubscriptionThatRuns() throws SQLException {
    UUID referrer = app.customer();
    UUID referred = app.customer();
    UUID referral = app.referral(referrer, referred, 1, "completed");
    Decision tier2 = reach(2, referral, referrer, referred);
    Decision tier3 = reach(3, referral, referrer, referred);
    assertRefused(Refusal.CONDITION_NOT_MET, tier2);
    app.login(referred, LOGIN);
    app.execute("UPDATE referrals SET expires_at = '2026-11-20T07:59:59Z'");
    assertRefused(Refusal.CONDITION_NOT_MET, tier2);
    app.execute("UPDATE referrals SET expires_at = '2026-11-20T08:00:00Z'");
    app.execute("UPDATE customer_oauth_identities SET deleted_at = now()");
    assertRefused(Refusal.CONDITION_NOT_MET, tier2);
    app.execute("UPDATE customer_oauth_identities SET deleted_at = NULL");
    assertThat(settle(tier2).settled()).hasSize(1);

    assertRefused(Refusal.CONDITION_NOT_MET, tier3);
    app.subscribe(referred);
    app.execute("UPDATE subscriptions SET expired_at = now() - interval '1 second'");
    assertRefused(Refusal.CONDITION_NOT_MET, tier3);
    app.execute("UPDATE subscriptions SET expired_at = NULL, status = 'cancelled'");
    assertRefused(Refusal.CONDITION_NOT_MET, tier3);
    app.execute("UPDATE subscriptions SET status = 'active'");
    assertThat(settle(tier3).settled()).hasSize(1);
  }

  /** The row knows the last login only; the ledger may come to the decision after that. */
  @Test
  void aLoginInTimeIsNotUndoneByALaterOne() throws SQLException {
    UUID referrer = app.customer();
    UUID referred = app.customer();
    UUID referral = app.referral(referrer, referred, 1, "completed");
    app.execute("UPDATE referrals SET expires_at = '2026-11-21T12:00:00Z'"); // decided at 10:00
    app.login(referred, Instant.parse("2026-11-21T13:00:00Z"));

    assertThat(settle(reach(2, referral, referrer, referred)).settled()).hasSize(1);
  }

  /** Every ledger wants the badges' rows: who waits for one must have all else, and hold it. */
  @Test
  void badgesAreLockedLast() throws Exception {
    UUID customer = app.commenter(5);
    UUID badge = app.badge(CONDITION, 10, 5, 3);
    app.execute("INSERT INTO customer_xp (customer_user_id) VALUES (?)", customer);
    app.execute("INSERT INTO customer_credits (customer_user_id) VALUES (?)", customer);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (Connection patient = app.ledgerConnection();
        Statement forEver = patient.createStatement();
        Connection other = app.postgres.connect();
        Statement holding = other.createStatement()) {
      forEver.execute("SET lock_timeout = 0"); // however long it takes to look at the locks
      other.setAutoCommit(false);
      holding.execute("SELECT 1 FROM badges FOR NO KEY UPDATE");

      Future<Outcome> outcome =
          thread.submit(() -> settlement.settle(patient, List.of(unlock(customer, badge))));

      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  !app.rows("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
                      .isEmpty());
      for (String table : List.of("customer_xp", "customer_credits", "customer_users")) {
        assertThat(app.rows("SELECT 1 FROM " + table + " FOR NO KEY UPDATE SKIP LOCKED"))
            .as(table)
            .isEmpty();
      }
      other.rollback();
      assertThat(outcome.get().settled()).hasSize(1);
    } finally {
      thread.shutdown();
    }
    assertThat(app.value("SELECT total_unlocks FROM badges")).isEqualTo("1");
  }

  @Test
  void aReferralMovesTierByTierAndPaysOnce() throws SQLException {
    UUID referrer = app.customer();
    UUID referred = app.customer();
    app.login(referred, LOGIN);
    app.subscribe(referred);
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
    app.login(referred, LOGIN);
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
    app.login(referred, LOGIN);
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
    UUID customer = app.commenter(5);
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
    UUID customer = app.commenter(5);
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
      UUID customer = app.commenter(5);
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
      customers.add(app.commenter(5));
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
          // A deadlock, a key taken by the transaction beside, or a lock that was held for longer
          // than the ledger waits (lock_timeout): to be tried again.
          assertThat(e.getSQLState()).isIn("40P01", "23505", "55P03");
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
