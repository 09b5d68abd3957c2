package app.goalgpt.connectors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.goalgpt.connectors.capture.Capture;
import app.goalgpt.connectors.capture.CaptureConfig;
import app.goalgpt.connectors.ledger.AppDatabase;
import app.goalgpt.embedded.EmbeddedKafka;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.CampaignCancellation;
import app.goalgpt.messages.DeadLetter;
import app.goalgpt.messages.Job;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.PartnerDay;
import app.goalgpt.messages.RunProgress;
import app.goalgpt.messages.RunProgress.State;
import app.goalgpt.messages.Tick;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import app.goalgpt.settings.KafkaConfig;
import app.goalgpt.settings.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Jobs between a real broker and a real database; it is noon of 2026-01-15 in Istanbul. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JobsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Instant NOW = Instant.parse("2026-01-15T09:00:00Z");

  private final AppDatabase app = new AppDatabase();
  private final EmbeddedKafka kafka = EmbeddedKafka.temporary();
  private final Settings settings =
      app.settings
          .with(kafka.settings())
          .with(
              Map.of(
                  "BUSINESS_ZONE", "Europe/Istanbul",
                  "TOPIC_PARTITIONS", "3",
                  "JOB_RUN_PATIENCE", "1s",
                  "PARTNER_DAYS_INTERVAL", "50ms"));
  private final List<Throwable> fatal = new CopyOnWriteArrayList<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Topics topics = new Topics(KafkaConfig.from(settings), AppTables.from(settings));
  private KafkaProducer<byte[], byte[]> producer;
  private Capture capture;
  private Jobs jobs;

  @BeforeAll
  void start() {
    capture = Capture.start(CaptureConfig.from(settings), meters, fatal::add);
    jobs =
        Jobs.start(JobsConfig.from(settings), Clock.fixed(NOW, ZoneOffset.UTC), meters, fatal::add);
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @AfterAll
  void stop() throws SQLException {
    producer.close();
    capture.close();
    jobs.close();
    kafka.close();
    app.close();
    assertThat(fatal).isEmpty();
  }

  /** A copy in every partition, as the bridge sends it. */
  private void tick(byte[] value) {
    for (int partition = 0; partition < 3; partition++) {
      producer.send(new ProducerRecord<>(topics.name(Topic.TICKS), partition, null, value));
    }
  }

  private Tick rollup(String plannedAt) {
    Instant instant = Instant.parse(plannedAt);
    return new Tick(Job.PARTNER_ANALYTICS_ROLLUP.specName(), instant, instant);
  }

  private <T> List<T> read(Topic topic, Class<T> type) {
    return kafka.committed(topics.name(topic)).stream()
        .map(record -> Json.read(record.value(), type))
        .toList();
  }

  private String status(UUID run) throws SQLException {
    return app.rows("SELECT status FROM job_execution_logs WHERE id = ?", run).stream()
        .map(row -> row.get("status"))
        .reduce("", String::concat);
  }

  private UUID partner(String code) throws SQLException {
    UUID id = UUID.randomUUID();
    app.execute(
        "INSERT INTO partners (id, business_name, referral_code, status) VALUES (?, 'Spor', ?,"
            + " 'approved')",
        id,
        code);
    return id;
  }

  private void subscribe(String code, String amount, String createdAt) throws SQLException {
    app.execute(
        "INSERT INTO subscriptions (customer_user_id, referral_code, status, platform, amount,"
            + " created_at) VALUES (?, ?, 'active', 'ios', ?::decimal, ?)",
        app.customer(),
        code,
        amount,
        Instant.parse(createdAt).atOffset(ZoneOffset.UTC));
  }

  private void signup(String code, String createdAt) throws SQLException {
    app.execute(
        "INSERT INTO referrals (referrer_user_id, referred_user_id, referral_code, created_at)"
            + " VALUES (?, ?, ?, ?)",
        app.customer(),
        app.customer(),
        code,
        Instant.parse(createdAt).atOffset(ZoneOffset.UTC));
  }

  @Test
  void aTickSentTwiceRunsOnceAndALaterOneInItsTurn() throws SQLException {
    UUID partner = partner("TWICE");
    Tick first = rollup("2026-01-09T21:05:00Z");
    Tick second = rollup("2026-01-10T21:05:00Z");
    tick(Json.write(first));
    tick(Json.write(first));
    tick(Json.write(second));

    await().atMost(PATIENCE).until(() -> status(second.runId()).equals("success"));
    assertThat(status(first.runId())).isEqualTo("success");
    assertThat(read(Topic.RUN_PROGRESS, RunProgress.class))
        .filteredOn(report -> report.runId().equals(first.runId()))
        .extracting(RunProgress::state)
        .startsWith(State.RUNNING)
        .endsWith(State.DONE)
        .filteredOn(state -> state != State.RUNNING) // the longer it runs, the more of them
        .containsExactly(State.DONE);
    assertThat(
            app.rows("SELECT date FROM partner_analytics WHERE partner_id = ? ORDER BY 1", partner))
        .extracting(row -> row.get("date"))
        .containsExactly("2026-01-09", "2026-01-10");
  }

  @Test
  void aTickOfAnUnknownJobIsSetAsideOnce() {
    tick("{\"job\":\"tea-break\",\"plannedAt\":\"2026-01-12T20:00:00Z\"}".getBytes(UTF_8));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(read(Topic.DEAD_LETTERS, DeadLetter.class))
                    .filteredOn(letter -> letter.cause().contains("tea-break"))
                    .singleElement()
                    .satisfies(
                        letter ->
                            assertThat(letter.cause())
                                .contains("allowed are", "old-logs-cleanup")));
  }

  @Test
  void todaySoFarIsPublishedAndALateRowCorrectsItsClosedDay() throws SQLException {
    UUID partner = partner("LIVE");
    signup("LIVE", "2026-01-14T10:00:00Z");
    Tick closing = rollup("2026-01-14T21:05:00Z");
    tick(Json.write(closing));
    await().atMost(PATIENCE).until(() -> status(closing.runId()).equals("success"));

    subscribe("LIVE", "10.25", "2026-01-15T08:30:00Z");
    subscribe("LIVE", null, "2026-01-14T20:59:00Z");
    signup("LIVE", "2026-01-15T07:00:00Z");

    String row =
        "SELECT revenue FROM partner_analytics WHERE partner_id = ? AND date = '2026-01-14'";
    await().atMost(PATIENCE).until(() -> app.value(row, partner).equals("99.99"));
    assertThat(app.value("SELECT total_commission FROM partners WHERE id = ?", partner))
        .isEqualTo("20.00");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(read(Topic.PARTNER_DAYS, PartnerDay.class))
                    .filteredOn(day -> day.partnerId().equals(partner))
                    .isNotEmpty()
                    .last()
                    .satisfies(
                        day -> {
                          assertThat(day.date()).hasToString("2026-01-15");
                          assertThat(day.newSignups()).isEqualTo(1);
                          assertThat(day.newSubscriptions()).isEqualTo(1);
                          assertThat(day.revenue()).isEqualByComparingTo("10.25");
                          assertThat(day.commission()).isEqualByComparingTo("2.05");
                          assertThat(day.activeSubscribers()).isEqualTo(2);
                        }));
  }

  /** A commit that waits for a standby is with capture, and nobody sees its rows yet. */
  @Test
  void aChangeThatCameBeforeItsCommitCanBeSeenIsWaitedFor() throws SQLException {
    UUID partner = partner("EARLY");
    Tick closing = rollup("2026-01-12T21:05:00Z");
    tick(Json.write(closing));
    await().atMost(PATIENCE).until(() -> status(closing.runId()).equals("success"));

    try (Connection session = app.postgres.connect();
        Statement statement = session.createStatement()) {
      session.setAutoCommit(false);
      statement.execute(
          "INSERT INTO subscriptions (customer_user_id, referral_code, status, platform, amount,"
              + " created_at) VALUES ('%s', 'EARLY', 'active', 'ios', 12.5, '2026-01-12 20:00Z')"
                  .formatted(app.customer()));
      waitForStandby("nobody");
      CompletableFuture<Void> commit =
          CompletableFuture.runAsync(
              () -> {
                try {
                  session.commit();
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                }
              });
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  meters
                          .get("goalgpt.ledger.waiting")
                          .tag("consumer", "partner-days")
                          .gauge()
                          .value()
                      == 1);
      assertThat(commit).isNotDone();
      waitForStandby("");
      commit.join();
    }

    String row =
        "SELECT revenue FROM partner_analytics WHERE partner_id = ? AND date = '2026-01-12'";
    await().atMost(PATIENCE).until(() -> app.value(row, partner).equals("12.50"));
  }

  private void waitForStandby(String name) throws SQLException {
    app.execute("ALTER SYSTEM SET synchronous_standby_names = '%s'".formatted(name));
    app.execute("SELECT pg_reload_conf()");
    await().atMost(PATIENCE).until(() -> app.value("SHOW synchronous_standby_names").equals(name));
    // Commits go by what the checkpointer has made of the setting: it reads it before it works.
    app.execute("CHECKPOINT");
  }

  @Test
  void aRunThatFellSilentIsClosedAndItsEndIsLate() throws SQLException {
    UUID run = UUID.randomUUID();
    report(run, 0, 1, State.RUNNING);
    await().atMost(PATIENCE).until(() -> status(run).equals("failed"));
    assertThat(app.value("SELECT error_message FROM job_execution_logs WHERE id = ?", run))
        .contains("no report for 1s", "partition 0 (7 items", "partition 1 (no report ever)");

    report(run, 0, 2, State.DONE);
    report(run, 1, 1, State.DONE);
    await().atMost(PATIENCE).until(() -> status(run).equals("success"));
    assertThat(app.value("SELECT error_message FROM job_execution_logs WHERE id = ?", run))
        .startsWith("late: ");
  }

  private void report(UUID run, int partition, long sequence, State state) {
    Instant now = Instant.now();
    byte[] value =
        Json.write(
            new RunProgress(
                run, "test-sweep", NOW, partition, 2, sequence, state, 7, 0, 0, null, now, now));
    producer.send(
        new ProducerRecord<>(
            topics.name(Topic.RUN_PROGRESS), run.toString().getBytes(UTF_8), value));
  }

  @Test
  void aSenselessReportIsSetAside() {
    UUID run = UUID.randomUUID();
    report(run, 2, 1, State.RUNNING);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(read(Topic.DEAD_LETTERS, DeadLetter.class))
                    .filteredOn(letter -> run.toString().equals(letter.key()))
                    .singleElement()
                    .satisfies(
                        letter ->
                            assertThat(letter.cause())
                                .isEqualTo("partition is 2, allowed is 0 to 1")));
  }

  @Test
  void aCancellationEndsWhatIsPendingOrBeingSentAndNothingElse() throws SQLException {
    for (String status : List.of("pending", "sending", "sent", "failed")) {
      app.execute(
          "INSERT INTO scheduled_notifications (id, title_tr, body_tr, target_audience, scheduled_at, status)"
              + " VALUES (?, 'T', 'B', 'all', now(), ?)",
          campaign(status),
          status);
      CampaignCancellation asked = new CampaignCancellation(campaign(status), NOW);
      String topic = topics.name(Topic.CAMPAIGN_CANCELLATIONS);
      producer.send(new ProducerRecord<>(topic, Json.write(asked)));
      producer.send(new ProducerRecord<>(topic, Json.write(asked))); // twice is once
    }

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(status("pending")).isEqualTo("cancelled");
              assertThat(status("sending")).isEqualTo("cancelled");
            });
    assertThat(status("sent")).isEqualTo("sent");
    assertThat(status("failed")).isEqualTo("failed");
  }

  private static UUID campaign(String name) {
    return UUID.nameUUIDFromBytes(("cancelled when " + name).getBytes(UTF_8));
  }

  private String status(String name) throws SQLException {
    return app.value("SELECT status FROM scheduled_notifications WHERE id = ?", campaign(name));
  }
}
