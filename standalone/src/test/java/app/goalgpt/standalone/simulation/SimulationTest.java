package app.goalgpt.standalone.simulation;

import static app.goalgpt.standalone.simulation.Sums.broken;
import static app.goalgpt.standalone.simulation.Sums.number;
import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.embedded.AppSchema;
import app.goalgpt.embedded.EmbeddedPostgres;
import app.goalgpt.settings.DatabaseConfig;
import app.goalgpt.settings.Settings;
import app.goalgpt.standalone.platform.Databases;
import app.goalgpt.standalone.simulation.Action.Kind;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SimulationTest {
  private static final Population.Plan PLAN =
      new Population.Plan(
          400, 6, 7, Instant.parse("2026-11-20T19:58:00Z"), ZoneId.of("Europe/Istanbul"));
  private static final Clock CLOCK = Clock.fixed(PLAN.now(), PLAN.zone());
  private static EmbeddedPostgres postgres;

  @BeforeAll
  static void startPostgres() {
    postgres = EmbeddedPostgres.temporary();
  }

  @AfterAll
  static void stopPostgres() {
    postgres.close();
  }

  @BeforeEach
  void emptyTables() throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
      AppSchema.install(connection);
      BadgeCatalogue.install(connection, BadgeCatalogue.all());
    }
  }

  @Test
  void aPopulationIsConsistentAndTellsHowFarItIs() throws SQLException {
    AtomicLong told = new AtomicLong();
    try (Connection connection = postgres.connect()) {
      new Population(PLAN).load(connection, told::addAndGet);

      assertThat(broken(connection)).isEmpty();
      assertThat(number(connection, "SELECT count(*) FROM customer_users")).isEqualTo(400);
      assertThat(number(connection, "SELECT count(*) FROM match_comments"))
          .isBetween(400L * 4, 400L * 8);
      assertThat(number(connection, "SELECT count(*) FROM referrals WHERE tier = 1"))
          .isGreaterThan(80);
      assertThat(number(connection, "SELECT count(*) FROM subscriptions WHERE status = 'active'"))
          .isGreaterThan(20);
      assertThat(told.get()).isGreaterThan(3_000);
    }
  }

  /** The evening of the 20th in Istanbul; the expiry alerts are those of the next morning. */
  @Test
  void everyJobHasSomebodyToSpeakTo() throws SQLException {
    try (Connection connection = postgres.connect()) {
      new Population(PLAN).load(connection, rows -> {});
      CampaignCalendar.install(connection, PLAN);

      for (String somebody :
          List.of(
              "customer_xp WHERE current_streak_days >= 3 AND last_activity_date = '2026-11-19'",
              "customer_daily_rewards GROUP BY customer_user_id HAVING max(reward_date) = '2026-11-19'",
              "customer_daily_rewards GROUP BY customer_user_id HAVING max(reward_date) BETWEEN '2026-11-13' AND '2026-11-18'",
              "subscriptions WHERE status = 'active' AND (expired_at AT TIME ZONE 'Europe/Istanbul')::date = '2026-11-24'",
              "customer_push_tokens WHERE is_active AND updated_at < '2026-11-20'::date - 90",
              "partners p JOIN customer_users c ON c.id = p.customer_user_id WHERE p.status = 'approved' AND c.deleted_at IS NULL",
              "scheduled_notifications WHERE target_audience = 'segment' AND segment_filter IS NOT NULL")) {
        assertThat(number(connection, "SELECT count(*) FROM (SELECT FROM " + somebody + ") s"))
            .as(somebody)
            .isPositive();
      }
    }
  }

  /** Whatever day it is for the machine. */
  @Test
  void theAppCountsDaysByItsClock() throws SQLException, InterruptedException {
    Population population = new Population(PLAN);
    try (Connection connection = postgres.connect()) {
      population.load(connection, rows -> {});
      new TrafficDriver(database(), new Traffic(population, 0, CLOCK)).run(2_000);

      assertThat(
              number(
                  connection,
                  "SELECT count(*) FROM customer_daily_rewards WHERE reward_date = '2026-11-20' AND claimed_at > now() - interval '1 hour'"))
          .isGreaterThan(20);
      for (String row :
          List.of(
              "referrals WHERE created_at = '2026-11-20T19:58:00Z' AND referral_code LIKE 'PARTNER_'",
              "subscriptions WHERE created_at = '2026-11-20T19:58:00Z' AND partner_id IS NOT NULL",
              "subscriptions WHERE created_at = '2026-11-20T19:58:00Z' AND expired_at > now()",
              "customer_xp WHERE last_activity_date = '2026-11-20' AND updated_at > now() - interval '1 hour'")) {
        assertThat(number(connection, "SELECT count(*) FROM " + row)).as(row).isPositive();
      }
      assertThat(broken(connection)).isEmpty();
    }
  }

  @Test
  void onePlanMakesOnePopulation() throws SQLException {
    String first = fingerprintOf(new Population(PLAN), 0);
    emptyTables();
    String second = fingerprintOf(new Population(PLAN), 0);

    assertThat(second).isEqualTo(first);
  }

  @Test
  void trafficLeavesEverythingConsistent() throws SQLException, InterruptedException {
    Population population = new Population(PLAN);
    try (Connection connection = postgres.connect()) {
      population.load(connection, rows -> {});
      new TrafficDriver(database(), new Traffic(population, 0, CLOCK)).run(3_000);

      assertThat(broken(connection)).isEmpty();
      assertThat(
              number(
                  connection,
                  "SELECT count(*) FROM referrals WHERE created_at = '2026-11-20T19:58:00Z'"))
          .isGreaterThan(100);
      assertThat(number(connection, "SELECT count(*) FROM badges WHERE NOT is_active")).isZero();
    }
  }

  @Test
  void oneSeedMakesOneTraffic() throws SQLException {
    String first = fingerprintOf(new Population(PLAN), 1_000);
    emptyTables();
    String second = fingerprintOf(new Population(PLAN), 1_000);

    assertThat(second).isEqualTo(first);
    assertThat(statements(new Traffic(new Population(PLAN), 1, CLOCK)))
        .isNotEqualTo(statements(new Traffic(new Population(PLAN), 0, CLOCK)));
  }

  @Test
  void trafficDoesEverythingThatAnAppDoes() {
    Traffic traffic = new Traffic(new Population(PLAN), 0, CLOCK);

    Set<Kind> done =
        Stream.generate(traffic::next).limit(5_000).map(Action::kind).collect(Collectors.toSet());

    assertThat(done).isEqualTo(EnumSet.allOf(Kind.class));
  }

  @Test
  void theCatalogueHasEveryConditionType() throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet types =
            statement.executeQuery(
                "SELECT string_agg(DISTINCT unlock_condition ->> 'type', ' ') FROM badges")) {
      types.next();

      assertThat(types.getString(1).split(" "))
          .containsExactlyInAnyOrder(
              "referrals",
              "predictions",
              "comments",
              "login_streak",
              "xp_level",
              "credits_earned",
              "manual");
    }
    assertThat(BadgeCatalogue.all()).hasSizeGreaterThanOrEqualTo(40);
    assertThat(BadgeCatalogue.all()).anyMatch(badge -> badge.vipDays() > 0);
  }

  private static List<Action> statements(Traffic traffic) {
    return Stream.generate(traffic::next).limit(100).toList();
  }

  /** Every row of what matters, without the moments at which they were written. */
  private static String fingerprintOf(Population population, int actions) throws SQLException {
    try (Connection connection = postgres.connect()) {
      population.load(connection, rows -> {});
      new TrafficDriver(database(), new Traffic(population, 0, CLOCK)).run(actions);
      StringBuilder all = new StringBuilder();
      for (String rows :
          List.of(
              "SELECT id, full_name, deleted_at IS NULL FROM customer_users",
              "SELECT id, customer_user_id, xp_points, level, current_streak_days FROM customer_xp",
              "SELECT id, customer_user_id, balance, lifetime_earned FROM customer_credits",
              "SELECT id, customer_user_id, amount, balance_after FROM customer_credit_transactions",
              "SELECT id, customer_user_id, content, like_count, status FROM match_comments",
              "SELECT id, comment_id, customer_user_id FROM match_comment_likes",
              "SELECT id, purchased_by_user_id, result FROM ts_prediction_mapped",
              "SELECT id, referrer_user_id, referred_user_id, status FROM referrals",
              "SELECT id, customer_user_id, status FROM subscriptions",
              "SELECT id, fcm_token, is_active FROM customer_push_tokens")) {
        all.append(
            text(
                connection,
                "SELECT md5(string_agg(r::text, '' ORDER BY r.id)) FROM (" + rows + ") r"));
      }
      return all.toString();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getString(1) + "\n";
    }
  }

  private static javax.sql.DataSource database() {
    return Databases.of(DatabaseConfig.from(Settings.of(postgres.settings())));
  }
}
