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
import java.time.Instant;
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
      new Population.Plan(400, 6, 7, Instant.parse("2026-11-20T12:00:00Z"));
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
      new TrafficDriver(database(), new Traffic(population, 0)).run(3_000);

      assertThat(broken(connection)).isEmpty();
      assertThat(
              number(
                  connection,
                  "SELECT count(*) FROM referrals WHERE created_at > now() - interval '1 hour'"))
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
    assertThat(statements(new Traffic(new Population(PLAN), 1)))
        .isNotEqualTo(statements(new Traffic(new Population(PLAN), 0)));
  }

  @Test
  void trafficDoesEverythingThatAnAppDoes() {
    Traffic traffic = new Traffic(new Population(PLAN), 0);

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
      new TrafficDriver(database(), new Traffic(population, 0)).run(actions);
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
