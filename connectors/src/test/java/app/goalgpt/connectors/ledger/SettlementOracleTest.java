package app.goalgpt.connectors.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.connectors.ledger.OneAtATime.Badge;
import app.goalgpt.connectors.ledger.OneAtATime.Referral;
import app.goalgpt.messages.Decision;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Batches of random decisions (some repeated, some to be refused) leave in the tables what settling
 * them one after the other would.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SettlementOracleTest {
  private static final int CUSTOMERS = 12;
  private static final int DECISIONS = 150;

  private final AppDatabase app = new AppDatabase();
  private Connection connection;
  private Random random;
  private OneAtATime oracle;
  private List<UUID> customers;

  @BeforeAll
  void connect() throws SQLException {
    connection = app.ledgerConnection();
  }

  @AfterAll
  void stop() throws SQLException {
    connection.close();
    app.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void aBatchLeavesWhatOneAfterTheOtherWould(long seed) throws SQLException {
    random = new Random(seed);
    oracle = new OneAtATime();
    app.clear();
    populate();
    List<Decision> decisions = decisions();
    Settlement settlement = new Settlement(app.tables, List.of("completed"));
    int settled = 0;
    for (int from = 0; from < decisions.size(); ) {
      int to = Math.min(decisions.size(), from + 1 + random.nextInt(60));
      settled += settlement.settle(connection, decisions.subList(from, to)).settled().size();
      from = to;
    }
    decisions.forEach(oracle::settle);

    assertThat(settled).isEqualTo(oracle.ledger.size()).isGreaterThan(20);
    compare();
  }

  private void compare() throws SQLException {
    assertThat(
            byId(
                "SELECT customer_user_id, concat_ws(' ', xp_points, total_earned, level,"
                    + " level_progress, coalesce(next_level_xp::text, 'null'), achievements_count)"
                    + " FROM customer_xp"))
        .isEqualTo(lines(oracle.xp, OneAtATime::line));
    assertThat(
            byId(
                "SELECT customer_user_id, concat_ws(' ', balance, lifetime_earned) FROM"
                    + " customer_credits"))
        .isEqualTo(lines(oracle.credits, c -> c.balance + " " + c.lifetime));
    assertThat(
            column(
                "SELECT concat_ws(' ', customer_user_id, xp_amount, transaction_type, reference_id,"
                    + " reference_type, metadata->>'rewardId') FROM customer_xp_transactions"))
        .containsExactlyInAnyOrderElementsOf(oracle.xpTransactions);
    assertThat(
            column(
                "SELECT concat_ws(' ', customer_user_id, amount, transaction_type, reference_id,"
                    + " reference_type, balance_before, balance_after, metadata->>'rewardId') FROM"
                    + " customer_credit_transactions"))
        .containsExactlyInAnyOrderElementsOf(oracle.creditTransactions);
    assertThat(
            byId(
                "SELECT id, concat_ws(' ', customer_user_id, xp, credits, referred_credits,"
                    + " coalesce(level_reached, 'null'), level_credits) FROM reward_ledger"))
        .isEqualTo(lines(oracle.ledger, line -> line));
    assertThat(column("SELECT concat_ws(' ', customer_user_id, badge_id) FROM customer_badges"))
        .containsExactlyInAnyOrderElementsOf(oracle.unlocked);
    assertThat(byId("SELECT id, total_unlocks FROM badges WHERE total_unlocks > 0"))
        .isEqualTo(lines(oracle.unlocks, String::valueOf));
    assertThat(byId("SELECT id, tier || ' ' || status FROM referrals"))
        .isEqualTo(lines(oracle.referrals, r -> r.tier + " " + r.status));
  }

  private void populate() throws SQLException {
    customers = new ArrayList<>();
    for (int i = 0; i < CUSTOMERS; i++) {
      UUID customer = app.customer();
      customers.add(customer);
      earn(customer);
      if (random.nextInt(6) == 0) {
        app.execute("UPDATE customer_users SET deleted_at = now() WHERE id = ?", customer);
      } else {
        oracle.living.add(customer);
      }
      if (random.nextBoolean()) {
        OneAtATime.Xp account = new OneAtATime.Xp();
        account.points = random.nextInt(random.nextBoolean() ? 600 : 26_000);
        account.total = account.points + random.nextInt(100);
        account.achievements = random.nextInt(3);
        oracle.xp.put(customer, account);
        String[] line = OneAtATime.line(account).split(" ");
        app.execute(
            "INSERT INTO customer_xp (customer_user_id, xp_points, total_earned, level,"
                + " level_progress, next_level_xp, achievements_count) VALUES (?, ?, ?, ?,"
                + " ?::decimal, nullif(?, 'null')::int, ?)",
            customer,
            account.points,
            account.total,
            line[2],
            line[3],
            line[4],
            account.achievements);
      }
      if (random.nextBoolean()) {
        OneAtATime.Credits account = new OneAtATime.Credits();
        account.balance = random.nextInt(100);
        account.lifetime = account.balance + random.nextInt(100);
        oracle.credits.put(customer, account);
        app.execute(
            "INSERT INTO customer_credits (customer_user_id, balance, lifetime_earned) VALUES (?,"
                + " ?, ?)",
            customer,
            account.balance,
            account.lifetime);
      }
    }
    for (int i = 1; i <= 15; i++) {
      int xp = random.nextInt(4) == 0 ? 0 : random.nextInt(random.nextBoolean() ? 300 : 9000);
      int credits = random.nextInt(3) == 0 ? 0 : random.nextInt(100);
      boolean comments = random.nextBoolean();
      Badge badge =
          new Badge(
              (comments
                      ? "{\"type\": \"comments\", \"count\": %d}"
                      : "{\"type\": \"predictions\", \"correct_count\": %d}")
                  .formatted(i),
              comments ? oracle.comments : oracle.wins,
              i,
              xp,
              credits,
              random.nextInt(8) > 0,
              random.nextInt(8) == 0);
      UUID id = app.badge(badge.condition(), xp, credits, 0);
      app.execute(
          "UPDATE badges SET is_active = ?, deleted_at = CASE WHEN ? THEN now() END WHERE id = ?",
          badge.active(),
          badge.deleted(),
          id);
      oracle.badges.put(id, badge);
    }
    for (int i = 1; i < CUSTOMERS; i++) {
      UUID referrer = customers.get(random.nextInt(i));
      int tier = 1 + random.nextInt(2);
      String status = random.nextInt(5) == 0 ? "expired" : tier == 1 ? "completed" : "rewarded";
      UUID id = app.referral(referrer, customers.get(i), tier, status);
      oracle.referrals.put(id, new Referral(referrer, customers.get(i), tier, status));
    }
  }

  /** Enough for some badges, and not for others. */
  private void earn(UUID customer) throws SQLException {
    oracle.comments.put(customer, random.nextInt(25));
    oracle.wins.put(customer, random.nextInt(25));
    app.comments(customer, oracle.comments.get(customer));
    app.predictions(customer, "won", oracle.wins.get(customer));
    app.predictions(customer, "lost", 3);
    if (random.nextInt(4) > 0) {
      oracle.loggedIn.add(customer);
      app.login(customer, AppDatabase.DECIDED);
    }
    if (random.nextInt(4) > 0) {
      oracle.subscribed.add(customer);
      app.subscribe(customer);
    }
  }

  private List<Decision> decisions() {
    List<UUID> badges = List.copyOf(oracle.badges.keySet());
    List<UUID> referrals = List.copyOf(oracle.referrals.keySet());
    List<Decision> decisions = new ArrayList<>();
    while (decisions.size() < DECISIONS) {
      if (random.nextInt(10) == 0 && !decisions.isEmpty()) {
        decisions.add(decisions.get(random.nextInt(decisions.size())));
      } else if (random.nextInt(3) > 0) {
        UUID badge = badges.get(random.nextInt(badges.size()));
        String condition = oracle.badges.get(badge).condition();
        decisions.add(
            Decision.BadgeUnlock.of(
                customers.get(random.nextInt(CUSTOMERS)),
                badge,
                random.nextInt(15) == 0 ? "{\"type\": \"manual\"}" : condition,
                "5",
                AppDatabase.CAUSE,
                AppDatabase.DECIDED));
      } else {
        UUID id = referrals.get(random.nextInt(referrals.size()));
        Referral referral = oracle.referrals.get(id);
        decisions.add(
            Decision.ReferralTier.of(
                id,
                2 + random.nextInt(2),
                random.nextInt(15) == 0 ? customers.get(0) : referral.referrer,
                referral.referred,
                AppDatabase.CAUSE,
                AppDatabase.DECIDED));
      }
    }
    return decisions;
  }

  private Map<String, String> byId(String sql) throws SQLException {
    Map<String, String> found = new HashMap<>();
    for (Map<String, String> row : app.rows(sql)) {
      List<String> values = List.copyOf(row.values());
      found.put(values.get(0), values.get(1));
    }
    return found;
  }

  private List<String> column(String sql) throws SQLException {
    return app.rows(sql).stream().map(row -> row.values().iterator().next()).toList();
  }

  private static <V> Map<String, String> lines(
      Map<UUID, V> expected, java.util.function.Function<V, String> line) {
    return new TreeMap<>(expected)
        .entrySet().stream()
            .collect(Collectors.toMap(e -> e.getKey().toString(), e -> line.apply(e.getValue())));
  }
}
