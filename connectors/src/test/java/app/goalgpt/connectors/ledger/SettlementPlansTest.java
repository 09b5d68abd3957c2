package app.goalgpt.connectors.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.messages.Decision;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What settling reads is bounded by the decisions, not by the tables, whatever the planner believed
 * about these when it planned. The server counts the index entries that were read.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SettlementPlansTest {
  private static final String CONDITION = "{\"type\": \"comments\", \"count\": 1}";
  private static final int HOLDERS = 3_000;
  private static final int DECISIONS = 100;

  /** The driver has a statement prepared by the server when it comes for the fifth time. */
  private static final int USES_UNTIL_PLANS_STAY = 5;

  private final AppDatabase app = new AppDatabase();
  private final Settlement settlement = new Settlement(app.tables, List.of("completed"));

  /** Only the test's own ANALYZE counts. */
  @BeforeAll
  void keepAutovacuumAway() throws SQLException {
    app.execute("ALTER SYSTEM SET autovacuum = off");
    app.execute("SELECT pg_reload_conf()");
  }

  @BeforeEach
  void clear() throws SQLException {
    app.clear();
  }

  @AfterAll
  void stop() throws SQLException {
    app.close();
  }

  /**
   * Plans are made when that many have the badge, and stay until something makes the server think
   * again; on a first start that is autovacuum, up to a minute later.
   */
  @ParameterizedTest
  @CsvSource({"0, true", "300, true", "0, false", "1000, false"})
  void readsNoMoreThanTheDecisionsAskFor(int holders, boolean analyzedWhenEmpty)
      throws SQLException {
    if (analyzedWhenEmpty) {
      app.execute("VACUUM ANALYZE");
    }
    UUID badge = app.badge(CONDITION, 10, 5, 7);
    holders(badge, holders);
    try (Connection connection = app.ledgerConnection()) {
      for (int i = 0; i < USES_UNTIL_PLANS_STAY; i++) {
        settlement.check(connection);
      }
      holders(badge, HOLDERS);
      List<Decision> decisions = decisions(badge);
      app.execute("SELECT pg_stat_reset()");

      assertThat(settlement.settle(connection, decisions).settled()).hasSize(decisions.size());

      publishStatistics(connection);
      assertThat(
              app.rows(
                  "SELECT indexrelname, idx_tup_read FROM pg_stat_user_indexes"
                      + " WHERE idx_tup_read > ?",
                  10 * DECISIONS))
          .isEmpty();
    }
  }

  /** More customers who have the badge, and VIP time. */
  private void holders(UUID badge, int customers) throws SQLException {
    app.execute(
        """
        WITH u AS (INSERT INTO customer_users (id, email)
                   SELECT gen_random_uuid(), gen_random_uuid() FROM generate_series(1, ?) RETURNING id),
             b AS (INSERT INTO customer_badges (customer_user_id, badge_id) SELECT id, ? FROM u)
        INSERT INTO subscriptions (customer_user_id, status, platform, expired_at)
        SELECT id, 'active', 'reward', now() + interval '9 days' FROM u
        """,
        customers,
        badge);
  }

  private List<Decision> decisions(UUID badge) throws SQLException {
    List<Decision> decisions = new ArrayList<>();
    for (int i = 0; i < DECISIONS / 2; i++) {
      UUID referrer = app.commenter(1);
      decisions.add(
          Decision.BadgeUnlock.of(
              referrer, badge, CONDITION, "1", AppDatabase.CAUSE, AppDatabase.DECIDED));
      UUID referred = app.customer();
      app.subscribe(referred);
      UUID referral = app.referral(referrer, referred, 2, "rewarded");
      decisions.add(
          Decision.ReferralTier.of(
              referral, 3, referrer, referred, AppDatabase.CAUSE, AppDatabase.DECIDED));
    }
    return decisions;
  }

  /** A session counts for itself first; what it has counted is everybody's with its next commit. */
  private static void publishStatistics(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_stat_force_next_flush()");
    }
    connection.commit();
  }
}
