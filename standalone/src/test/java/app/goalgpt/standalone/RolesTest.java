package app.goalgpt.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import app.goalgpt.connectors.audit.Audit;
import app.goalgpt.connectors.audit.AuditConfig;
import app.goalgpt.connectors.audit.AuditReport;
import app.goalgpt.messages.AppTables;
import app.goalgpt.settings.DatabaseConfig;
import app.goalgpt.settings.Settings;
import app.goalgpt.standalone.platform.Databases;
import app.goalgpt.standalone.platform.EmbeddedPlatform;
import app.goalgpt.standalone.platform.Part;
import app.goalgpt.standalone.platform.Pipeline;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The roles that {@code goalgpt migrate} makes: the whole system does all of its work with them,
 * and each is refused what it does not need.
 */
class RolesTest {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final String REFERRER = "00000000-0000-4000-8000-000000000001";
  private static final String PASSWORD = "the test's secret";
  private static final String TOKEN = "a-token-of-the-test-alone";
  private static final String DENIED = "42501";

  private static EmbeddedPlatform platform;
  private static Map<String, String> environment;
  private static Sql sql;

  @BeforeAll
  static void start() {
    platform = EmbeddedPlatform.temporary();
    sql = new Sql(platform.postgres());
    environment = new TreeMap<>(platform.outside());
    environment.put("TOPIC_PARTITIONS", "2");
    environment.put("JOB_RUN_PATIENCE", "20s");
    environment.put("DATABASE_ROLES", "app");
    for (String role : List.of("REPLICATION", "LEDGER", "CONSOLE")) {
      environment.put(role + "_ROLE_PASSWORD", PASSWORD);
    }
    assertThat(execute("migrate")).isEqualTo(ExitStatus.OK);
    assertThat(execute("migrate")).as("once more").isEqualTo(ExitStatus.OK);
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  @Test
  void theWholeSystemDoesAllOfItsWorkWithThem() throws Exception {
    sql.execute(
        """
        INSERT INTO badges (slug, name_tr, name_en, unlock_condition, reward_xp, reward_credits, reward_vip_days)
        VALUES ('first', 'İlk', 'First', '{"type": "comments", "count": 1}', 600, 5, 3);
        INSERT INTO customer_users (id, email)
        SELECT ('00000000-0000-4000-8000-00000000000' || n)::uuid, n || '@example.com' FROM generate_series(1, 3) n;
        INSERT INTO customer_push_tokens (customer_user_id, fcm_token, updated_at, is_active)
        SELECT id, 'dead-' || id, now(), true FROM customer_users UNION ALL
        SELECT id, 'phone-' || id, now(), true FROM customer_users UNION ALL
        SELECT id, 'old-' || id, now() - interval '1 year', true FROM customer_users;
        INSERT INTO partners (business_name, status, referral_code) VALUES ('P', 'approved', 'P1');
        INSERT INTO referrals (referrer_user_id, referred_user_id, referral_code)
        VALUES ('00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002', 'P1');
        INSERT INTO customer_ad_views (customer_user_id, ad_network, completed_at)
        SELECT id, 'n', now() - interval '2 years' FROM customer_users;
        INSERT INTO customer_xp_transactions (customer_user_id, xp_amount, transaction_type, created_at)
        SELECT id, 0, 'daily_login', now() - interval '2 years' FROM customer_users;
        INSERT INTO customer_credit_transactions
            (customer_user_id, amount, transaction_type, balance_before, balance_after, created_at)
        SELECT id, 0, 'promotional', 0, 0, now() - interval '2 years' FROM customer_users;
        INSERT INTO scheduled_notifications (title_tr, body_tr, target_audience, scheduled_at, created_at, status)
        VALUES ('Eski', 'x', 'all', now() - interval '1 year', now() - interval '1 year', 'cancelled');
        INSERT INTO job_execution_logs (job_name, started_at, completed_at, status)
        VALUES ('older', now() - interval '1 year', now() - interval '1 year', 'success');
        """);
    platform.fcm().onAccepted(message -> {});
    Map<Part, Pipeline> parts = new EnumMap<>(Part.class);
    List<Throwable> failures = new ArrayList<>();
    try {
      for (Part part : Part.values()) {
        parts.put(part, started(part, failures));
      }
      sql.execute(
          """
          INSERT INTO match_comments (customer_user_id, match_id, content)
          SELECT id, '1', 'hello' FROM customer_users;
          INSERT INTO match_comment_likes (comment_id, customer_user_id, created_at)
          SELECT id, customer_user_id, now() - interval '2 years' FROM match_comments;
          INSERT INTO customer_oauth_identities (customer_user_id, provider, last_login_at)
          VALUES ('00000000-0000-4000-8000-000000000002', 'google', now());
          INSERT INTO subscriptions (customer_user_id, status, platform, referral_code, expired_at)
          VALUES ('00000000-0000-4000-8000-000000000002', 'active', 'ios', 'P1', now() + interval '1 month');
          INSERT INTO scheduled_notifications (title_tr, body_tr, target_audience, scheduled_at)
          VALUES ('Yeni', 'x', 'all', now() - interval '1 minute');
          INSERT INTO scheduled_notifications (title_tr, body_tr, target_audience, segment_filter, scheduled_at)
          VALUES ('Sonra', 'x', 'segment', '{"platform": "android"}', now() + interval '1 day');
          """);
      await().atMost(LONG).until(() -> sql.column("SELECT 1 FROM reward_ledger").size() == 5);
      for (String job :
          List.of(
              "scheduled-notifications",
              "partner-analytics-rollup",
              "dead-token-cleanup",
              "old-logs-cleanup")) {
        assertThat(execute("tick", job)).isEqualTo(ExitStatus.OK);
      }
      await()
          .atMost(LONG)
          .untilAsserted(
              () ->
                  assertThat(
                          sql.column(
                              "SELECT DISTINCT job_name || ' ' || status FROM job_execution_logs"))
                      .contains(
                          "campaign success",
                          "scheduled-notifications success",
                          "partner-analytics-rollup success",
                          "dead-token-cleanup success",
                          "old-logs-cleanup success"));
      String later =
          sql.column("SELECT id FROM scheduled_notifications WHERE title_tr = 'Sonra'").get(0);
      for (String path :
          List.of(
              "jobs",
              "runs",
              "campaigns",
              "campaigns/" + later + "/preview",
              "customers/" + REFERRER,
              "customers/" + REFERRER + "/badges/first")) {
        assertThat(console(parts.get(Part.CONSOLE), path)).as(path).startsWith("200");
      }
    } finally {
      parts.values().forEach(Pipeline::close);
    }
    assertThat(failures).isEmpty();
    for (String table :
        List.of(
            "customer_ad_views",
            "customer_xp_transactions",
            "customer_credit_transactions",
            "match_comment_likes",
            "scheduled_notifications",
            "job_execution_logs")) {
      assertThat(sql.column("SELECT 1 FROM " + table + "_archive")).as(table).isNotEmpty();
    }
    assertThat(sql.column("SELECT status FROM scheduled_notifications ORDER BY scheduled_at"))
        .containsExactly("sent", "pending");
    assertThat(sql.column("SELECT 1 FROM customer_push_tokens WHERE fcm_token LIKE 'old%'"))
        .isEmpty();
    assertThat(sql.column("SELECT total_referrals FROM partners")).isNotEmpty();
    assertThat(sql.column("SELECT 1 FROM subscriptions WHERE platform = 'reward'")).hasSize(3);
    try (Connection connection = platform.postgres().connect()) {
      Settings settings = Settings.of(environment);
      AuditReport audit =
          Audit.run(connection, AppTables.from(settings), AuditConfig.from(settings));
      assertThat(audit.passed()).as(audit.toString()).isTrue();
    }
  }

  private static String console(Pipeline pipeline, String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(pipeline.console().orElseThrow().resolve("/api/" + path))
            .header("Authorization", "Bearer " + TOKEN)
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    return answer.statusCode() + " " + answer.body();
  }

  private static Pipeline started(Part part, List<Throwable> failures) {
    Map<String, String> own = new TreeMap<>(environment);
    own.put("TOPOLOGY_STATE_DIR", platform.settings(Map.of()).text("TOPOLOGY_STATE_DIR", ""));
    own.put(
        "DATABASE_USER",
        switch (part) {
          case CAPTURE -> "app_replication";
          case LEDGER -> "app_ledger";
          case CONSOLE -> "app_console";
          case TOPOLOGY, NOTIFIER, SCHEDULER_BRIDGE -> "nobody";
        });
    own.put("DATABASE_PASSWORD", PASSWORD);
    own.put("CONSOLE_PORT", "0");
    own.put("CONSOLE_TOKEN", TOKEN);
    return Pipeline.start(part, Settings.of(own), new SimpleMeterRegistry(), failures::add);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "replication | SELECT email FROM customer_users",
        "replication | SELECT content FROM match_comments",
        "replication | UPDATE badges SET reward_xp = 1",
        "replication | DELETE FROM reward_ledger",
        "replication | SELECT * FROM partners",
        "replication | CREATE TABLE mine (id int)",
        "ledger | SELECT email FROM customer_users",
        "ledger | UPDATE customer_users SET deleted_at = now()",
        "ledger | DELETE FROM customer_users",
        "ledger | UPDATE customer_credits SET lifetime_spent = 0",
        "ledger | DELETE FROM customer_credits",
        "ledger | UPDATE reward_ledger SET credits = 1000",
        "ledger | DELETE FROM reward_ledger",
        "ledger | UPDATE badges SET reward_credits = 1000",
        "ledger | INSERT INTO badges (slug) VALUES ('x')",
        "ledger | UPDATE referrals SET referrer_user_id = referred_user_id",
        "ledger | UPDATE partners SET commission_rate = 100",
        "ledger | UPDATE scheduled_notifications SET body_tr = 'x'",
        "ledger | UPDATE customer_push_tokens SET fcm_token = 'x'",
        "ledger | INSERT INTO match_comments (content) VALUES ('x')",
        "ledger | CREATE TABLE mine (id int)",
        "ledger | DROP TABLE reward_ledger",
        "ledger | TRUNCATE job_run_shares",
        "ledger | SELECT pg_create_logical_replication_slot('mine', 'pgoutput')",
        "ledger | CREATE ROLE mine",
        "console | SELECT fcm_token FROM customer_push_tokens",
        "console | UPDATE scheduled_notifications SET status = 'cancelled'",
        "console | INSERT INTO reward_ledger DEFAULT VALUES",
        "console | DELETE FROM job_execution_logs",
        "console | UPDATE customer_xp SET xp_points = 1",
        "console | SELECT pg_create_logical_replication_slot('mine', 'pgoutput')",
        "console | CREATE TABLE mine (id int)"
      })
  void eachIsRefusedWhatItDoesNotNeed(String role, String statement) throws SQLException {
    try (Connection connection = as("app_" + role);
        Statement asking = connection.createStatement()) {
      connection.setAutoCommit(false);
      assertThatThrownBy(() -> asking.execute(statement))
          .isInstanceOfSatisfying(
              SQLException.class,
              e -> assertThat(e.getSQLState()).as(e.getMessage()).isEqualTo(DENIED));
    }
  }

  @Test
  void theDocumentHasTheirRights() throws IOException, SQLException {
    assertThat(Files.readString(Path.of("..", "docs", "operations.md"))).contains(rights());
  }

  /** From the catalog, as the document has it. */
  private static String rights() throws SQLException {
    StringBuilder table = new StringBuilder("| role | table | may |\n| --- | --- | --- |\n");
    for (String line :
        sql.column(
            """
            WITH relation AS (
                SELECT oid, relname FROM pg_class
                WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')
            ), may AS (
                SELECT r.relname, g.grantee::regrole::text AS role, g.privilege_type AS privilege, NULL AS attribute
                FROM relation r JOIN pg_class c USING (oid), aclexplode(c.relacl) g
                WHERE g.privilege_type <> 'MAINTAIN'
                UNION ALL
                SELECT r.relname, g.grantee::regrole::text, g.privilege_type, a.attname
                FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid, aclexplode(a.attacl) g
            ), said AS (
                SELECT role, relname, privilege,
                       privilege || coalesce(' (' || string_agg(attribute, ', ' ORDER BY attribute) || ')', '') AS words
                FROM may WHERE role LIKE 'app\\_%' GROUP BY role, relname, privilege
            )
            SELECT format('| %s | %s | %s |', substr(role, 5), relname,
                          string_agg(words, '; ' ORDER BY array_position(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE'], privilege)))
            FROM said GROUP BY role, relname ORDER BY role, relname
            """)) {
      table.append(line).append('\n');
    }
    return table.toString();
  }

  @Test
  void aRoleHasNoPasswordUntilOneIsGivenAndItIsKeptHashed() throws SQLException {
    Map<String, String> others = new TreeMap<>(platform.outside());
    others.put("DATABASE_ROLES", "bare");
    assertThat(migrate(others).status()).isEqualTo(ExitStatus.OK);

    assertThat(
            sql.column(
                "SELECT rolname || ' ' || coalesce(left(rolpassword, 13), '-') FROM pg_authid"
                    + " WHERE rolname LIKE 'app\\_%' OR rolname LIKE 'bare\\_%' ORDER BY 1"))
        .containsExactly(
            "app_console SCRAM-SHA-256",
            "app_ledger SCRAM-SHA-256",
            "app_replication SCRAM-SHA-256",
            "bare_console -",
            "bare_ledger -",
            "bare_replication -");
  }

  /** A user who owns the tables and may make no roles. */
  @Test
  void whoMayNotMakeRolesIsToldSoOrDoesWithout() throws SQLException {
    sql.execute(
        "CREATE ROLE plain LOGIN PASSWORD 'plain'; GRANT SELECT ON goalgpt_schema_history TO plain");
    Map<String, String> plain = new TreeMap<>(platform.outside());
    plain.put("DATABASE_USER", "plain");
    plain.put("DATABASE_PASSWORD", "plain");
    plain.put("DATABASE_ROLES", "others");

    Said refused = migrate(plain);
    assertThat(refused.status()).isEqualTo(ExitStatus.REFUSED);
    assertThat(refused.err())
        .contains("role \"plain\" may not make the roles", "DATABASE_ROLES=none")
        .hasLineCount(1);

    // Everything else was migrated before: nothing is left to do that needs more than reading.
    plain.put("DATABASE_ROLES", "none");
    assertThat(migrate(plain)).isEqualTo(new Said(ExitStatus.OK, ""));
    plain.remove("DATABASE_ROLES");
    assertThat(migrate(plain).status()).as("nobody asked for them").isEqualTo(ExitStatus.OK);
    assertThat(sql.column("SELECT 1 FROM pg_roles WHERE rolname ~ '^(others|goalgpt)_'")).isEmpty();
  }

  private record Said(int status, String err) {}

  private static Said migrate(Map<String, String> environment) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    int status = Goalgpt.execute(environment, stream, new StopSignal(), "migrate");
    return new Said(status, err.toString(StandardCharsets.UTF_8));
  }

  private static Connection as(String role) throws SQLException {
    Map<String, String> own = new TreeMap<>(environment);
    own.put("DATABASE_USER", role);
    own.put("DATABASE_PASSWORD", PASSWORD);
    return Databases.of(DatabaseConfig.from(Settings.of(own))).getConnection();
  }

  private static int execute(String... arguments) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    int status = Goalgpt.execute(environment, stream, new StopSignal(), arguments);
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    return status;
  }
}
