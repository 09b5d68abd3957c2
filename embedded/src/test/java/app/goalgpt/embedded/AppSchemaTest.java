package app.goalgpt.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AppSchemaTest {
  private static EmbeddedPostgres postgres;
  private static Connection connection;

  @BeforeAll
  static void install() throws SQLException {
    postgres = EmbeddedPostgres.temporary();
    connection = postgres.connect();
    AppSchema.install(connection);
    execute(
        """
        INSERT INTO customer_users (id, full_name) VALUES
            ('00000000-0000-0000-0000-000000000001', 'Ayşe'),
            ('00000000-0000-0000-0000-000000000002', 'Işık')""");
  }

  @AfterAll
  static void stop() throws SQLException {
    connection.close();
    postgres.close();
  }

  @Test
  void has_the_tables_of_the_app_and_nothing_else() throws SQLException {
    assertThat(
            column("SELECT table_name FROM information_schema.tables WHERE table_schema='public'"))
        .containsExactlyInAnyOrder(
            "customer_users",
            "customer_oauth_identities",
            "customer_xp",
            "customer_xp_transactions",
            "customer_credits",
            "customer_credit_transactions",
            "badges",
            "customer_badges",
            "referrals",
            "subscriptions",
            "match_comments",
            "match_comment_likes",
            "ts_prediction_mapped",
            "customer_daily_rewards",
            "customer_push_tokens",
            "customer_ad_views",
            "partners",
            "partner_analytics",
            "scheduled_notifications",
            "job_execution_logs");
    assertThat(column("SELECT pubname FROM pg_publication")).isEmpty();
  }

  @Test
  void has_an_index_for_every_foreign_key() throws SQLException {
    assertThat(
            column(
                """
                SELECT c.conrelid::regclass || '.' || a.attname
                FROM pg_constraint c
                JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
                WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace
                  AND NOT EXISTS (SELECT 1 FROM pg_index i
                      WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1])"""))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "customer_credits (customer_user_id, balance) VALUES ('%1$s', -1)",
        "customer_credits (customer_user_id, lifetime_earned, lifetime_spent) VALUES ('%1$s', 1, 2)",
        "customer_xp (customer_user_id, xp_points, total_earned) VALUES ('%1$s', -1, 0)",
        "customer_xp (customer_user_id, xp_points, total_earned) VALUES ('%1$s', 2, 1)",
        "customer_xp (customer_user_id, level) VALUES ('%1$s', 'copper')",
        "customer_oauth_identities (customer_user_id, provider) VALUES ('%1$s', 'myspace')",
        "referrals (referrer_user_id, referred_user_id, referral_code) VALUES ('%1$s', '%1$s', 'A')",
        "referrals (referrer_user_id, referred_user_id, referral_code, tier) VALUES ('%1$s', '%2$s', 'A', 4)",
        "subscriptions (customer_user_id, status, platform) VALUES ('%1$s', 'active', 'web')",
        "match_comments (customer_user_id, match_id, content) VALUES ('%1$s', 'm', 'ok')",
        "match_comments (customer_user_id, match_id, content) VALUES ('%1$s', 'm', repeat('x', 1001))",
        "ts_prediction_mapped (purchased_by_user_id, result) VALUES ('%1$s', 'draw')",
        "customer_daily_rewards (customer_user_id, reward_date, day_number, reward_type)"
            + " VALUES ('%1$s', now(), 8, 'credits')",
        "job_execution_logs (job_name, started_at, status) VALUES ('j', now(), 'paused')"
      })
  void refuses_what_the_app_never_has(String row) {
    String sql =
        row.formatted(
            "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002");
    assertThatThrownBy(() -> execute("INSERT INTO " + sql))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("violates check constraint");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "customer_oauth_identities (customer_user_id, provider) VALUES ('%s', 'google')",
        "customer_push_tokens (customer_user_id, fcm_token) VALUES ('%s', 'token')",
        "customer_daily_rewards (customer_user_id, reward_date, day_number, reward_type)"
            + " VALUES ('%s', '2026-01-01', 1, 'credits')"
      })
  void refuses_a_second_row_of_what_is_unique(String row) throws SQLException {
    String sql = "INSERT INTO " + row.formatted("00000000-0000-0000-0000-000000000001");
    execute(sql);
    assertThatThrownBy(() -> execute(sql)).hasMessageContaining("duplicate key");
  }

  @Test
  void a_prediction_may_have_no_buyer_and_no_result() throws SQLException {
    execute("INSERT INTO ts_prediction_mapped DEFAULT VALUES");
    assertThat(column("SELECT result FROM ts_prediction_mapped")).containsExactly((String) null);
  }

  private static void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String> column(String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }
}
