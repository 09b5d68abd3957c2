package app.goalgpt.connectors.audit;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.connectors.audit.Audit.Kind;
import app.goalgpt.connectors.audit.AuditReport.Check;
import app.goalgpt.connectors.housekeeping.Housekeeping;
import app.goalgpt.connectors.housekeeping.HousekeepingConfig;
import app.goalgpt.connectors.ledger.AppDatabase;
import app.goalgpt.connectors.ledger.Outcome;
import app.goalgpt.connectors.ledger.Settlement;
import app.goalgpt.messages.Decision;
import app.goalgpt.messages.Job;
import app.goalgpt.messages.Tick;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every check passes on a sound database and fails on one that was tampered with. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuditTest {
  private static final AuditConfig CONFIG = new AuditConfig(List.of("completed"), true);

  /** Conditions that the first customer meets, with the value that meets them. */
  private static final Map<String, String> MET = new LinkedHashMap<>();

  static {
    MET.put("{\"type\":\"comments\",\"count\":3}", "3");
    MET.put("{\"type\":\"comments\",\"like_count\":9}", "9");
    MET.put("{\"type\":\"predictions\",\"correct_count\":2}", "2");
    MET.put("{\"type\":\"predictions\",\"accuracy\":66.6,\"min_count\":3}", "66.66");
    MET.put("{\"type\":\"referrals\",\"count\":2}", "2");
    MET.put("{\"type\":\"referrals\",\"count\":1,\"min_tier\":3}", "1");
    MET.put("{\"type\":\"login_streak\",\"days\":7}", "7");
    MET.put("{\"type\":\"xp_level\",\"level\":\"silver\"}", "silver");
    MET.put("{\"type\":\"credits_earned\",\"amount\":200}", "260");
  }

  private static final List<String> NOT_MET =
      List.of(
          "{\"type\":\"comments\",\"count\":4}",
          "{\"type\":\"comments\",\"like_count\":10}",
          "{\"type\":\"predictions\",\"correct_count\":3}",
          "{\"type\":\"predictions\",\"accuracy\":66.7,\"min_count\":3}",
          "{\"type\":\"predictions\",\"accuracy\":10,\"min_count\":4}",
          "{\"type\":\"referrals\",\"count\":3}",
          "{\"type\":\"referrals\",\"count\":2,\"min_tier\":2}",
          "{\"type\":\"login_streak\",\"days\":10}",
          "{\"type\":\"xp_level\",\"level\":\"platinum\"}",
          "{\"type\":\"credits_earned\",\"amount\":100000}",
          "{\"type\":\"manual\"}");

  private static final List<String> BAD =
      List.of(
          "{\"type\":\"goals\",\"count\":1}",
          "{\"type\":\"comments\"}",
          "{\"type\":\"comments\",\"count\":0}",
          "{\"type\":\"comments\",\"count\":1.5}",
          "{\"type\":\"comments\",\"count\":\"1\"}",
          "{\"type\":\"comments\",\"count\":1,\"like_count\":1}",
          "{\"type\":\"comments\",\"count\":1,\"since\":\"2026\"}",
          "{\"type\":\"referrals\",\"count\":1,\"min_tier\":4}",
          "{\"type\":\"predictions\",\"accuracy\":101,\"min_count\":1}",
          "{\"type\":\"predictions\",\"accuracy\":50}",
          "{\"type\":\"xp_level\",\"level\":\"wood\"}",
          "{\"type\":[1]}",
          "[]",
          "null",
          "7");

  private final AppDatabase app = new AppDatabase();
  private final Settlement settlement = new Settlement(app.tables, List.of("completed"));
  private Connection ledger;
  private UUID first;
  private UUID friend;

  @BeforeAll
  void connect() throws SQLException {
    ledger = app.ledgerConnection();
  }

  @AfterAll
  void stop() throws SQLException {
    ledger.close();
    app.close();
  }

  /**
   * One customer who earned everything there is to earn, friends, a deleted customer, all settled.
   */
  @BeforeEach
  void aSoundDatabase() throws SQLException {
    app.clear();
    first = app.customer();
    friend = app.customer();
    UUID idle = app.customer();
    UUID deleted = app.customer();
    app.execute(
        "UPDATE customer_users SET deleted_at = now() - interval '1 day' WHERE id = ?", deleted);
    for (UUID customer : List.of(first, deleted)) {
      app.execute(
          "INSERT INTO match_comments (customer_user_id, match_id, content, like_count) SELECT ?,"
              + " 'm', 'Goal!', 3 FROM generate_series(1, 3)",
          customer);
      app.execute(
          "INSERT INTO ts_prediction_mapped (purchased_by_user_id, result) VALUES (?, 'won'), (?,"
              + " 'won'), (?, 'lost'), (?, 'void'), (?, NULL)",
          customer,
          customer,
          customer,
          customer,
          customer);
    }
    app.execute(
        "INSERT INTO match_comments (customer_user_id, match_id, content, like_count, status,"
            + " deleted_at) VALUES (?, 'm', 'Foul!', 50, 'hidden', NULL), (?, 'm', 'Foul!', 50,"
            + " 'active', now())",
        idle,
        idle);
    app.execute(
        "INSERT INTO customer_xp (customer_user_id, current_streak_days, longest_streak_days)"
            + " VALUES (?, 7, 9)",
        first);
    app.execute(
        "INSERT INTO customer_oauth_identities (customer_user_id, provider, last_login_at) VALUES"
            + " (?, 'google', now()), (?, 'apple', now())",
        friend,
        friend);
    app.execute(
        "INSERT INTO subscriptions (customer_user_id, status, platform, expired_at) VALUES (?,"
            + " 'active', 'ios', now() + interval '9 days')",
        friend);
    UUID reached = app.referral(first, friend, 1, "completed");
    app.referral(first, idle, 1, "completed");
    settle(
        Decision.ReferralTier.of(reached, 2, first, friend, AppDatabase.CAUSE, AppDatabase.DECIDED),
        Decision.ReferralTier.of(
            reached, 3, first, friend, AppDatabase.CAUSE, AppDatabase.DECIDED));
    for (Map.Entry<String, String> met : MET.entrySet()) {
      int vip = met.getKey().contains("streak") ? 7 : 0;
      settle(unlock(first, app.badge(met.getKey(), 100, 5, vip), met.getKey(), met.getValue()));
    }
    for (String condition : NOT_MET) {
      app.badge(condition, 1, 1, 0);
    }
    for (String condition : BAD) {
      app.badge(condition, 1, 1, 0);
    }
  }

  private static Decision unlock(UUID customer, UUID badge, String condition, String value) {
    return Decision.BadgeUnlock.of(
        customer, badge, condition, value, AppDatabase.CAUSE, AppDatabase.DECIDED);
  }

  private void settle(Decision... decisions) throws SQLException {
    Outcome outcome = settlement.settle(ledger, List.of(decisions));
    assertThat(outcome.refused()).isEmpty();
  }

  private AuditReport audit(AuditConfig config) throws SQLException {
    try (Connection connection = app.postgres.connect()) {
      return Audit.run(connection, app.tables, config);
    }
  }

  @Test
  void aSoundDatabasePasses() throws SQLException {
    AuditReport report = audit(CONFIG);
    assertThat(report.passed()).as(report.toString()).isTrue();
    assertThat(report.checks()).hasSizeGreaterThan(15);
    assertThat(report.notes())
        .filteredOn(note -> note.name().contains("bad rules"))
        .extracting(Check::violations)
        .containsExactly((long) BAD.size());
    assertThat(app.value("SELECT level FROM customer_xp WHERE customer_user_id = ?", first))
        .as("the scenario's own premise: 500 + 900 points")
        .isEqualTo("silver");
  }

  @Test
  void aHistoryWithDeletedRowsIsNotAskedForSums() throws SQLException {
    app.execute("DELETE FROM customer_xp_transactions");
    app.execute("DELETE FROM match_comments");
    AuditReport report = audit(new AuditConfig(List.of("completed"), false));
    assertThat(report.passed()).as(report.toString()).isTrue();
    assertThat(report.skipped()).hasSizeGreaterThan(4);
  }

  @Test
  void archivedTransactionsProveAsMuchAsThoseThatAreThere() throws Exception {
    archive();
    assertThat(app.value("SELECT count(*) FROM customer_xp_transactions")).isEqualTo("0");
    assertThat(app.value("SELECT count(*) FROM customer_credit_transactions")).isEqualTo("0");
    AuditReport report = audit(CONFIG);
    assertThat(report.passed()).as(report.toString()).isTrue();

    app.execute("DELETE FROM customer_users WHERE id = ?", friend);
    app.execute("DELETE FROM customer_users WHERE id = ?", first);
    assertThat(audit(CONFIG).checks())
        .as("transactions outlive their customer in the archive, and are nobody's then")
        .filteredOn(check -> check.name().contains("transactions") && check.violations() > 0)
        .isEmpty();
  }

  @Test
  void whatIsMissingInTheArchiveIsNoticed() throws Exception {
    archive();
    app.execute("DELETE FROM customer_xp_transactions_archive WHERE xp_amount = 500");
    assertThat(audit(CONFIG).checks())
        .filteredOn(check -> check.violations() > 0)
        .extracting(Check::name)
        .containsExactly(
            "the ledger's XP is the XP of its transactions",
            "XP is the sum of the XP transactions");
  }

  /** Everything is old and goes where old rows go. */
  private void archive() throws SQLException {
    app.execute("UPDATE customer_xp_transactions SET created_at = '2020-01-01'");
    app.execute("UPDATE customer_credit_transactions SET created_at = '2020-01-01'");
    Instant due = Instant.parse("2026-11-01T04:00:00Z");
    Housekeeping.jobs(HousekeepingConfig.from(app.settings), new SimpleMeterRegistry())
        .get(Job.OLD_LOGS_CLEANUP)
        .run(new Tick(Job.OLD_LOGS_CLEANUP.specName(), due, due), items -> {});
  }

  /** What to do to the database, by the check that must notice. */
  static Map<String, String> tampering() {
    Map<String, String> sql = new HashMap<>();
    sql.put(
        "a qualifying referral whose invited customer logged in is at tier 2",
        "UPDATE referrals SET tier = 1, status = 'completed' WHERE tier = 3");
    sql.put(
        "a rewarded referral whose invited customer subscribes is at tier 3",
        "UPDATE referrals SET tier = 2 WHERE tier = 3");
    sql.put(
        "a badge that names a reward has that reward's row in the ledger",
        "DELETE FROM reward_ledger WHERE badge_slug = (SELECT min(badge_slug) FROM reward_ledger)");
    sql.put(
        "a badge in the ledger is one that the customer has",
        "DELETE FROM customer_badges WHERE id = (SELECT min(id::text)::uuid FROM customer_badges)");
    sql.put(
        "nothing is in the ledger twice",
        "INSERT INTO reward_ledger SELECT (jsonb_populate_record(l, jsonb_build_object('id',"
            + " gen_random_uuid()))).* FROM reward_ledger l WHERE tier = 2");
    sql.put(
        "a referral has the tier that the ledger says it reached",
        "UPDATE referrals SET tier = 2 WHERE tier = 3");
    sql.put(
        "a referral moved up no tier without its ledger row since this system is at work",
        "DELETE FROM reward_ledger WHERE tier = 3");
    sql.put(
        "a reward's value meets the condition that it was given for",
        "UPDATE reward_ledger SET value = '8' WHERE condition LIKE '%like_count%'");
    sql.put(
        "a badge was given for what the rows still prove",
        "DELETE FROM match_comments WHERE status = 'active' AND deleted_at IS NULL");
    sql.put(
        "a referral reached tier 2 by a login",
        "UPDATE customer_oauth_identities SET last_login_at = NULL");
    sql.put("a referral reached tier 3 by a subscription", "DELETE FROM subscriptions");
    sql.put(
        "a referral's reward is what SPEC pays for its tier",
        "UPDATE reward_ledger SET referred_credits = 20 WHERE tier = 2");
    sql.put(
        "a level's credits are those of the levels passed",
        "UPDATE reward_ledger SET level_credits = 26 WHERE level_reached = 'silver'");
    sql.put(
        "a deleted customer was paid nothing after the deletion",
        "UPDATE customer_users SET deleted_at = now() - interval '1 hour' WHERE id IN (SELECT"
            + " referred_user_id FROM reward_ledger)");
    sql.put(
        "the ledger's XP is the XP of its transactions",
        "DELETE FROM customer_xp_transactions WHERE transaction_type = 'referral_bonus'");
    sql.put(
        "the ledger's credits are the credits of their transactions",
        "UPDATE customer_credit_transactions SET amount = 26, balance_after = balance_after + 1"
            + " WHERE transaction_type = 'promotional'");
    sql.put(
        "no badge and no referral is paid twice",
        "INSERT INTO customer_xp_transactions (customer_user_id, xp_amount, transaction_type,"
            + " reference_id, reference_type) SELECT customer_user_id, 1, transaction_type,"
            + " reference_id, reference_type FROM customer_xp_transactions WHERE transaction_type ="
            + " 'badge_unlock' LIMIT 1");
    sql.put(
        "no transaction is in its table and in its archive",
        "INSERT INTO customer_credit_transactions_archive SELECT * FROM"
            + " customer_credit_transactions LIMIT 1");
    sql.put(
        "a transaction's balances differ by its amount",
        "UPDATE customer_credit_transactions SET balance_before = balance_before + 1");
    sql.put(
        "XP is the sum of the XP transactions",
        "UPDATE customer_xp SET xp_points = xp_points + 1, total_earned = total_earned + 1");
    sql.put(
        "credits are the sum of the credit transactions",
        "UPDATE customer_credits SET balance = balance - 1");
    sql.put(
        "whoever got XP here has the level, progress and next level of their points",
        "UPDATE customer_xp SET level = 'gold'");
    sql.put("a badge's unlocks are counted", "UPDATE badges SET total_unlocks = 2");
    sql.put(
        "VIP time that was given is in a subscription",
        "UPDATE subscriptions SET expired_at = started_at + interval '6 days' WHERE platform ="
            + " 'reward'");
    sql.put(
        "badges that the app gave, not this system", "UPDATE customer_badges SET metadata = NULL");
    sql.put(
        "referrals that the app moved up, not this system",
        "DELETE FROM reward_ledger WHERE referral_id IS NOT NULL");
    sql.put("bad rules, which award nothing", "SELECT 1");
    sql.put(
        "whoever meets a badge's condition has the badge",
        "INSERT INTO badges (slug, name_tr, name_en, unlock_condition) VALUES ('x', 'x', 'x',"
            + " '{\"type\": \"comments\", \"count\": 1}')");
    return sql;
  }

  static Stream<String> names() {
    return Audit.questions().stream().map(Audit.Question::name);
  }

  @ParameterizedTest
  @MethodSource("names")
  void aTamperedDatabaseIsNoticed(String name) throws SQLException {
    assertThat(tampering()).containsKey(name);
    app.execute(tampering().get(name));
    AuditReport report = audit(CONFIG);
    List<Check> all = new ArrayList<>(report.checks());
    all.addAll(report.notes());
    assertThat(all)
        .filteredOn(check -> check.name().equals(name))
        .singleElement()
        .satisfies(
            check -> {
              assertThat(check.violations()).isPositive();
              assertThat(check.examples()).isNotEmpty();
            });
    boolean isNote =
        Audit.questions().stream().anyMatch(q -> q.name().equals(name) && q.kind() == Kind.NOTE);
    assertThat(report.passed() && !isNote).isFalse();
  }

  static Stream<String> conditions() {
    return MET.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("conditions")
  void aMissingBadgeIsNoticedWhateverItsCondition(String condition) throws SQLException {
    app.badge(condition, 0, 0, 0);
    assertThat(missing()).isEqualTo(1);
    app.execute("UPDATE customer_users SET deleted_at = now() WHERE id = ?", first);
    assertThat(missing()).isZero();
  }

  private long missing() throws SQLException {
    return audit(CONFIG).checks().stream()
        .filter(check -> check.name().equals("whoever meets a badge's condition has the badge"))
        .mapToLong(Check::violations)
        .sum();
  }

  static Stream<String> neverMet() {
    // Likes are taken back, so rows prove nothing about how many there were.
    return NOT_MET.stream().filter(c -> !c.contains("like_count") && !c.contains("manual"));
  }

  @ParameterizedTest
  @MethodSource("neverMet")
  void aBadgeNeverEarnedIsNoticedWhateverItsCondition(String condition) throws SQLException {
    String value = condition.contains("level") ? "vip_elite" : "1000000";
    String held = MET.keySet().iterator().next();
    UUID badge = app.badge(held, 0, 0, 0);
    settle(unlock(first, badge, held, "3"));
    app.execute("UPDATE badges SET unlock_condition = ?::jsonb WHERE id = ?", condition, badge);
    app.execute(
        "UPDATE reward_ledger SET condition = ?, value = ? WHERE badge_id = ?",
        condition,
        value,
        badge);
    app.execute(
        "UPDATE customer_badges SET metadata = metadata || jsonb_build_object('condition',"
            + " ?::jsonb, 'value', ?::text) WHERE badge_id = ?",
        condition,
        value,
        badge);
    assertThat(audit(CONFIG).checks())
        .filteredOn(check -> check.violations() > 0)
        .extracting(Check::name)
        .containsExactly("a badge was given for what the rows still prove");
  }
}
