package app.goalgpt.connectors.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import app.goalgpt.embedded.EmbeddedKafka;
import app.goalgpt.embedded.EmbeddedPostgres;
import app.goalgpt.messages.AppTable;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What keeps capture from starting, and what it says must be done. */
class CaptureRefusesTest {
  private static EmbeddedKafka kafka;
  private CaptureStage stage;

  @BeforeAll
  static void startKafka() {
    kafka = EmbeddedKafka.temporary();
  }

  @AfterAll
  static void stopKafka() {
    kafka.close();
  }

  @BeforeEach
  void setTheStage() throws SQLException {
    stage = new CaptureStage(kafka, Map.of()).install();
  }

  @AfterEach
  void strikeTheStage() {
    stage.close();
  }

  @Test
  void whatTheDatabaseLacksIsNamedAllAtOnceWithItsRemedy() throws SQLException {
    stage.sql(
        "CREATE ROLE app LOGIN PASSWORD 'app'",
        "ALTER TABLE subscriptions RENAME TO customer_subscriptions",
        "ALTER TABLE customer_push_tokens RENAME COLUMN fcm_token TO token",
        "ALTER TABLE match_comments REPLICA IDENTITY DEFAULT",
        "ALTER PUBLICATION goalgpt DROP TABLE customer_xp");
    assertRefused(
        Map.of("DATABASE_USER", "app", "DATABASE_PASSWORD", "app"),
        "role \"app\" may not replicate (ALTER ROLE \"app\" REPLICATION)",
        "table \"subscriptions\" is missing; if it has another name here, set TABLE_SUBSCRIPTIONS",
        "column \"customer_push_tokens\".\"fcm_token\" is missing; if it has another name here,"
            + " set COLUMN_CUSTOMER_PUSH_TOKENS__FCM_TOKEN",
        "ALTER TABLE \"public\".\"match_comments\" REPLICA IDENTITY FULL",
        "ALTER PUBLICATION \"goalgpt\" ADD TABLE \"public\".\"customer_xp\"",
        "GRANT SELECT ON \"public\".\"badges\" TO \"app\"",
        "GRANT SELECT, INSERT, UPDATE ON \"public\".capture_heartbeat TO \"app\"");
    assertThat(stage.one("SELECT count(*) FROM pg_replication_slots")).isEqualTo("0");
  }

  @Test
  void aRoleWithNoMoreThanItNeedsIsEnough() throws SQLException {
    stage.sql(
        "CREATE ROLE app LOGIN REPLICATION PASSWORD 'app'",
        "GRANT SELECT, INSERT, UPDATE ON capture_heartbeat TO app",
        "GRANT SELECT ON badges, customer_users, customer_push_tokens, customer_badges,"
            + " customer_oauth_identities, subscriptions, referrals, customer_xp,"
            + " customer_credits, match_comments, customer_daily_rewards, ts_prediction_mapped,"
            + " reward_ledger, scheduled_notifications TO app",
        "INSERT INTO ts_prediction_mapped SELECT FROM generate_series(1, 3)");
    stage.start(Map.of("DATABASE_USER", "app", "DATABASE_PASSWORD", "app"));
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> stage.count(AppTable.TS_PREDICTION_MAPPED) == 3);
  }

  @Test
  void aDatabaseWithoutMigrationsIsSentToThem() throws SQLException {
    stage.sql(
        "DROP PUBLICATION goalgpt", "DROP TABLE capture_heartbeat", "DROP TABLE reward_ledger");
    assertRefused(
        Map.of(),
        "there is no publication \"goalgpt\": run the migrations",
        "table \"reward_ledger\" is missing: run the migrations",
        "table \"capture_heartbeat\" is missing: run the migrations");
  }

  @Test
  void aServerWithoutLogicalWalIsNamed() {
    try (EmbeddedPostgres replica = EmbeddedPostgres.temporary(Map.of("wal_level", "replica"))) {
      assertRefused(
          replica.settings(), "wal_level is replica, not logical (ALTER SYSTEM SET wal_level");
    }
  }

  @Test
  void aWrongPasswordIsNamedWithoutIt() {
    assertThatThrownBy(() -> stage.start(Map.of("DATABASE_PASSWORD", "ohmygoodness")))
        .isInstanceOf(CaptureRefusedException.class)
        .hasMessageContaining("Cannot log in to postgres@127.0.0.1")
        .hasMessageNotContaining("ohmygoodness");
  }

  @Test
  void aSlotThatIsGoneIsNotMadeAnewInSilence() throws SQLException {
    captured();
    stage.sql("SELECT pg_drop_replication_slot('goalgpt')");
    assertRefused(Map.of(), "Slot goalgpt is gone", "CAPTURE_RESNAPSHOT=true");
    stage.start(Map.of("CAPTURE_RESNAPSHOT", "true"));
    awaitStreaming();
  }

  @Test
  void aSlotWhoseWalWasRemovedIsLost() throws SQLException {
    captured();
    stage.sql("ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'", "SELECT pg_reload_conf()");
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              stage.sql("SELECT pg_switch_wal()", "CHECKPOINT");
              stage.sql("INSERT INTO ts_prediction_mapped SELECT FROM generate_series(1, 10)");
              return "lost".equals(stage.one("SELECT wal_status FROM pg_replication_slots"));
            });
    assertRefused(Map.of(), "is lost: the server has removed WAL", "CAPTURE_RESNAPSHOT=true");
    stage.start(Map.of("CAPTURE_RESNAPSHOT", "true"));
    awaitStreaming();
  }

  @Test
  void aSlotOfAnotherDatabaseOrKindIsNotTouched() throws SQLException {
    stage.sql("CREATE DATABASE other", "SELECT pg_create_physical_replication_slot('standby')");
    assertRefused(Map.of("CAPTURE_SLOT", "standby"), "Slot standby is for a standby, not pgoutput");
    stage.sql("SELECT pg_create_logical_replication_slot('goalgpt', 'test_decoding')");
    assertRefused(Map.of(), "Slot goalgpt is for test_decoding, not pgoutput");
  }

  @Test
  void anotherServerInTheSamePlaceIsNoticed() throws SQLException {
    captured();
    CaptureConfig config = stage.config(Map.of());
    CaptureMarkers markers = new CaptureMarkers(config.kafka(), stage.topics());
    CaptureMarker found = markers.read("goalgpt").orElseThrow();
    markers.write(
        new CaptureMarker("12345", "goalgpt", "goalgpt", "goalgpt", Instant.now(), "FF/0"));
    assertRefused(
        Map.of(),
        "is another database server (system identifier " + found.systemIdentifier() + ")",
        "(12345)");
    assertRefused(
        Map.of("CAPTURE_RESNAPSHOT", "true"), "its log is not as far", "Set another TOPIC_PREFIX");
  }

  @Test
  void aSecondCaptureWaitsAndTakesOver() throws SQLException {
    stage.start();
    awaitStreaming();
    String first = stage.one("SELECT active_pid FROM pg_replication_slots");
    CaptureConfig config = stage.config(Map.of());
    try (Capture standby =
        Capture.start(
            config,
            new io.micrometer.core.instrument.simple.SimpleMeterRegistry(),
            stage.fatal::add)) {
      assertThat(standby).isNotNull();
      assertThat(stage.one("SELECT active_pid FROM pg_replication_slots")).isEqualTo(first);
      stage.stop();
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> stage.one("SELECT active_pid FROM pg_replication_slots"), isAnotherThan(first));
    }
  }

  private static Predicate<String> isAnotherThan(String first) {
    return pid -> pid != null && !pid.equals(first);
  }

  @Test
  void aDatabaseThatNamesThingsDifferentlyIsCaptured() throws SQLException {
    stage.sql(
        "ALTER TABLE subscriptions RENAME TO customer_subscriptions",
        "ALTER TABLE customer_push_tokens RENAME COLUMN fcm_token TO token",
        "INSERT INTO customer_users (id) VALUES (gen_random_uuid())",
        "INSERT INTO customer_push_tokens (customer_user_id, token)"
            + " SELECT id, 'a token' FROM customer_users",
        "INSERT INTO customer_subscriptions (customer_user_id, status, platform)"
            + " SELECT id, 'active', 'ios' FROM customer_users");
    Map<String, String> renamed =
        Map.of(
            "TABLE_SUBSCRIPTIONS", "customer_subscriptions",
            "COLUMN_CUSTOMER_PUSH_TOKENS__FCM_TOKEN", "token");
    stage.start(renamed);
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              assertThat(stage.changes(AppTable.CUSTOMER_PUSH_TOKENS))
                  .extracting(change -> change.after().get("token").textValue())
                  .containsExactly("a token");
              assertThat(
                      stage.changes(
                          stage.config(renamed).kafka().topicPrefix()
                              + ".public.customer_subscriptions"))
                  .extracting(change -> change.after().get("status").textValue())
                  .containsExactly("active");
            });
  }

  /** Captured once, completely, and stopped. */
  private void captured() throws SQLException {
    stage.start();
    awaitStreaming();
    stage.stop();
  }

  private void awaitStreaming() {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> "t".equals(stage.one("SELECT active FROM pg_replication_slots")));
  }

  private void assertRefused(Map<String, String> settings, String... says) {
    assertThatThrownBy(() -> stage.start(settings))
        .isInstanceOf(CaptureRefusedException.class)
        .hasMessageContainingAll(says);
  }
}
