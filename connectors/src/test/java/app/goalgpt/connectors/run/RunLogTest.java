package app.goalgpt.connectors.run;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.connectors.Migrations;
import app.goalgpt.connectors.ledger.AppDatabase;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.RunProgress;
import app.goalgpt.messages.RunProgress.State;
import app.goalgpt.settings.DatabaseConfig;
import app.goalgpt.settings.Settings;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Runs and campaigns in a real database, whatever order reports come in. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RunLogTest {
  private static final Instant START = Instant.parse("2026-01-12T20:00:00Z");
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  private final AppDatabase app = new AppDatabase();
  private final RunLog runs = new RunLog(app.tables);
  private Connection connection;

  @BeforeAll
  void connect() throws SQLException {
    connection = connection();
  }

  @AfterAll
  void close() throws SQLException {
    connection.close();
    app.close();
  }

  private Connection connection() throws SQLException {
    Connection fresh = app.postgres.connect();
    fresh.setAutoCommit(false);
    return fresh;
  }

  /** A report of a run of two shares, {@code at} seconds after its start. */
  private static RunProgress report(
      UUID run, String job, int partition, long sequence, State state, long items, long at) {
    return new RunProgress(
        run,
        job,
        START,
        partition,
        2,
        sequence,
        state,
        items,
        items / 2,
        items - items / 2,
        state == State.FAILED ? "no token " + partition : null,
        START.plusSeconds(partition),
        START.plusSeconds(at));
  }

  private static RunProgress sweep(
      UUID run, int partition, long sequence, State state, long items, long at) {
    return report(run, "streak-break-warnings", partition, sequence, state, items, at);
  }

  private void take(RunProgress... reports) throws SQLException {
    runs.take(connection, List.of(reports));
  }

  private Map<String, String> row(UUID run) throws SQLException {
    List<Map<String, String>> rows =
        app.rows(
            "SELECT job_name, status, items_processed, duration_ms, error_message, started_at ="
                + " '2026-01-12T20:00:00Z' AS on_time, completed_at IS NOT NULL AS completed FROM"
                + " job_execution_logs WHERE id = ?",
            run);
    assertThat(rows).hasSize(1);
    return rows.get(0);
  }

  @Test
  void aRunIsRunningUntilAllOfItsSharesHaveEnded() throws SQLException {
    UUID run = UUID.randomUUID();
    take(sweep(run, 0, 1, State.RUNNING, 10, 1));
    assertThat(row(run))
        .containsEntry("job_name", "streak-break-warnings")
        .containsEntry("status", "running")
        .containsEntry("items_processed", "10")
        .containsEntry("completed", "f")
        .containsEntry("duration_ms", null);

    take(sweep(run, 0, 2, State.DONE, 30, 4), sweep(run, 1, 1, State.RUNNING, 5, 2));
    assertThat(row(run)).containsEntry("status", "running").containsEntry("items_processed", "35");

    take(sweep(run, 1, 2, State.DONE, 12, 7));
    assertThat(row(run))
        .containsEntry("status", "success")
        .containsEntry("items_processed", "42")
        .containsEntry("duration_ms", "7000")
        .containsEntry("on_time", "t")
        .containsEntry("error_message", null);
  }

  @Test
  void aShareThatFailedIsNamed() throws SQLException {
    UUID run = UUID.randomUUID();
    take(sweep(run, 0, 1, State.DONE, 3, 1), sweep(run, 1, 1, State.FAILED, 4, 3));
    assertThat(row(run))
        .containsEntry("status", "failed")
        .containsEntry("error_message", "partition 1: no token 1")
        .containsEntry("duration_ms", "3000");

    take(sweep(run, 1, 2, State.RUNNING, 0, 5));
    assertThat(row(run)).containsEntry("status", "running").containsEntry("completed", "f");
    take(sweep(run, 1, 3, State.DONE, 8, 6));
    assertThat(row(run))
        .containsEntry("status", "success")
        .containsEntry("items_processed", "11")
        .containsEntry("error_message", null);
  }

  @Test
  void shuffledAndRepeatedReportsComeToTheSame() throws SQLException {
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      UUID run = UUID.randomUUID();
      List<RunProgress> reports = new ArrayList<>();
      long expected = 0;
      boolean failed = false;
      for (int partition = 0; partition < 2; partition++) {
        int last = 1 + random.nextInt(6);
        for (int sequence = 1; sequence < last; sequence++) {
          reports.add(sweep(run, partition, sequence, State.RUNNING, sequence, sequence));
        }
        boolean fails = random.nextInt(4) == 0;
        long items = random.nextInt(1000);
        reports.add(
            sweep(run, partition, last, fails ? State.FAILED : State.DONE, items, 60 + partition));
        expected += items;
        failed |= fails;
      }
      for (int i = random.nextInt(5); i >= 0; i--) {
        reports.add(reports.get(random.nextInt(reports.size())));
      }
      Collections.shuffle(reports, random);
      for (int from = 0; from < reports.size(); ) {
        int to = Math.min(reports.size(), from + 1 + random.nextInt(4));
        runs.take(connection, reports.subList(from, to));
        from = to;
      }
      runs.take(connection, reports);

      assertThat(row(run))
          .as("seed %d", seed)
          .containsEntry("status", failed ? "failed" : "success")
          .containsEntry("items_processed", String.valueOf(expected))
          .containsEntry("duration_ms", "61000");
    }
  }

  @Test
  void sharesThatEndAtTheSameTimeInTwoProcessesCloseTheRun() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (Connection other = connection()) {
      for (int i = 0; i < 50; i++) {
        UUID run = UUID.randomUUID();
        Future<?> first =
            threads.submit(
                () -> runs.take(connection, List.of(sweep(run, 0, 1, State.DONE, 1, 2))));
        Future<?> second =
            threads.submit(() -> runs.take(other, List.of(sweep(run, 1, 1, State.DONE, 1, 2))));
        first.get();
        second.get();
        assertThat(row(run))
            .containsEntry("status", "success")
            .containsEntry("items_processed", "2");
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aRunThatIsGivenUpNamesWhoIsMissingAndIsCorrectedWhenTheyEndAfterAll() throws SQLException {
    UUID run = UUID.randomUUID();
    UUID over = UUID.randomUUID();
    take(
        sweep(run, 0, 1, State.RUNNING, 10, 1),
        sweep(over, 0, 1, State.DONE, 1, 1),
        sweep(over, 1, 1, State.DONE, 1, 1));
    assertThat(runs.open(connection)).containsKey(run).doesNotContainKey(over);
    Instant now = START.plus(Duration.ofMinutes(20));
    runs.giveUp(connection, List.of(run, over), now, PATIENCE);

    assertThat(row(run))
        .containsEntry("status", "failed")
        .containsEntry("duration_ms", "1200000")
        .containsEntry(
            "error_message",
            "no report for 15m; not ended: partition 0 (10 items, last report"
                + " 2026-01-12T20:00:01Z), partition 1 (no report ever)");
    assertThat(row(over)).containsEntry("status", "success");
    assertThat(runs.open(connection)).doesNotContainKey(run);

    take(sweep(run, 0, 2, State.RUNNING, 11, 1500));
    assertThat(row(run)).containsEntry("status", "failed");
    take(sweep(run, 0, 3, State.DONE, 20, 1600), sweep(run, 1, 1, State.DONE, 5, 1800));
    assertThat(row(run))
        .containsEntry("status", "success")
        .containsEntry("items_processed", "25")
        .containsEntry("duration_ms", "1800000")
        .containsEntry(
            "error_message",
            "late: given up at 2026-01-12T20:20:00Z after 15m without a report, ended at"
                + " 2026-01-12T20:30:00Z");
  }

  private UUID campaign(String status) throws SQLException {
    UUID id = UUID.randomUUID();
    app.execute(
        "INSERT INTO scheduled_notifications (id, title_tr, body_tr, target_audience, scheduled_at,"
            + " status) VALUES (?, 'Selam', 'Merhaba', 'all', now(), ?)",
        id,
        status);
    return id;
  }

  private static RunProgress told(
      UUID campaign, int partition, long sequence, State state, long items) {
    return report(campaign, RunProgress.CAMPAIGN, partition, sequence, state, items, 9);
  }

  /** A share of a campaign of two texts; of the second {@code b} were told and all took it. */
  private static RunProgress tried(
      UUID campaign, int partition, long sequence, State state, long items, long b) {
    RunProgress all = told(campaign, partition, sequence, state, items);
    RunProgress.Counts second = new RunProgress.Counts(b, b, 0);
    RunProgress.Counts first = new RunProgress.Counts(items - b, all.succeeded() - b, all.failed());
    return new RunProgress(
        campaign,
        all.job(),
        all.plannedAt(),
        partition,
        all.partitions(),
        sequence,
        state,
        items,
        all.succeeded(),
        all.failed(),
        null,
        all.startedAt(),
        all.reportedAt(),
        Map.of("A", first, "B", second));
  }

  private String variants(UUID campaign) throws SQLException {
    return app.value(
        "SELECT string_agg(concat_ws(' ', variant, recipient_count, success_count, failure_count),"
            + " ', ' ORDER BY variant) FROM campaign_variants WHERE campaign_id = ?",
        campaign);
  }

  @Test
  void whatCameOfEachOfTwoTextsIsKeptWhateverOrderReportsComeIn() throws SQLException {
    UUID id = campaign("pending");
    UUID plain = campaign("pending");
    take(tried(id, 0, 2, State.RUNNING, 8, 2), told(plain, 0, 1, State.RUNNING, 4));
    assertThat(variants(id)).isEqualTo("A 6 2 4, B 2 2 0");
    take(tried(id, 0, 1, State.RUNNING, 4, 1), tried(id, 1, 7, State.DONE, 10, 5));
    assertThat(variants(id)).isEqualTo("A 11 2 9, B 7 7 0");
    take(tried(id, 0, 3, State.DONE, 12, 4));
    assertThat(variants(id)).isEqualTo("A 13 2 11, B 9 9 0");
    assertThat(campaignRow(id)).isEqualTo("[sent, 22, 11, 11, t]");
    assertThat(variants(plain)).as("of a campaign of one text").isNull();

    String version =
        app.value("SELECT max(xmin::text) FROM campaign_variants WHERE campaign_id = ?", id);
    take(tried(id, 0, 4, State.DONE, 12, 4));
    assertThat(app.value("SELECT max(xmin::text) FROM campaign_variants WHERE campaign_id = ?", id))
        .as("written only when it changes")
        .isEqualTo(version);
    runs.forget(connection, START.plusSeconds(100_000));
    assertThat(variants(id)).isEqualTo("A 13 2 11, B 9 9 0");
  }

  private String campaignRow(UUID id) throws SQLException {
    return app.rows(
            "SELECT status, recipient_count, success_count, failure_count, sent_at IS NOT NULL"
                + " FROM scheduled_notifications WHERE id = ?",
            id)
        .get(0)
        .values()
        .toString();
  }

  @Test
  void aCampaignGoesFromPendingToSendingToSent() throws SQLException {
    UUID id = campaign("pending");
    take(told(id, 0, 1, State.RUNNING, 4));
    assertThat(campaignRow(id)).isEqualTo("[sending, 4, 2, 2, f]");
    take(told(id, 0, 2, State.SENT, 10), told(id, 1, 1, State.DONE, 6));
    assertThat(campaignRow(id)).isEqualTo("[sending, 16, 8, 8, f]");
    take(told(id, 0, 3, State.DONE, 11));
    assertThat(campaignRow(id)).isEqualTo("[sent, 17, 8, 9, t]");
    assertThat(row(id)).containsEntry("job_name", "campaign").containsEntry("status", "success");

    take(told(id, 0, 1, State.RUNNING, 4));
    assertThat(campaignRow(id)).isEqualTo("[sent, 17, 8, 9, t]");
  }

  @Test
  void aCampaignOfWhichAShareFailedHasFailed() throws SQLException {
    UUID id = campaign("pending");
    take(told(id, 0, 1, State.DONE, 4), told(id, 1, 1, State.FAILED, 0));
    assertThat(campaignRow(id)).isEqualTo("[failed, 4, 2, 2, f]");
  }

  @Test
  void aCampaignThatIsGivenUpDoesNotStayInSending() throws SQLException {
    UUID id = campaign("pending");
    take(told(id, 0, 1, State.DONE, 4));
    runs.giveUp(connection, List.of(id), START.plusSeconds(1000), PATIENCE);
    assertThat(campaignRow(id)).isEqualTo("[failed, 4, 2, 2, f]");
    take(told(id, 1, 1, State.DONE, 2));
    assertThat(campaignRow(id)).isEqualTo("[sent, 6, 3, 3, t]");
  }

  @Test
  void aCancelledCampaignStaysCancelledAndGetsItsCounts() throws SQLException {
    UUID before = campaign("cancelled");
    take(told(before, 0, 1, State.RUNNING, 4));
    assertThat(campaignRow(before)).isEqualTo("[cancelled, 4, 2, 2, f]");

    UUID meanwhile = campaign("pending");
    take(told(meanwhile, 0, 1, State.RUNNING, 4));
    app.execute("UPDATE scheduled_notifications SET status = 'cancelled' WHERE id = ?", meanwhile);
    take(told(meanwhile, 0, 2, State.CANCELLED, 6), told(meanwhile, 1, 1, State.DONE, 2));
    assertThat(campaignRow(meanwhile)).isEqualTo("[cancelled, 8, 4, 4, f]");
    assertThat(row(meanwhile))
        .containsEntry("status", "success")
        .containsEntry("error_message", "cancelled");
  }

  @Test
  void aCampaignsRowIsWrittenOnlyWhenItChanges() throws SQLException {
    UUID id = campaign("pending");
    take(told(id, 0, 1, State.RUNNING, 4));
    String version = app.value("SELECT xmin FROM scheduled_notifications WHERE id = ?", id);
    take(told(id, 0, 2, State.RUNNING, 4));
    assertThat(app.value("SELECT xmin FROM scheduled_notifications WHERE id = ?", id))
        .isEqualTo(version);
  }

  @Test
  void oldSharesAreForgottenAndTheRunStillKnownAsDone() throws SQLException {
    UUID run = UUID.randomUUID();
    take(sweep(run, 0, 5, State.DONE, 1, 2), sweep(run, 1, 5, State.DONE, 1, 2));
    assertThat(runs.share(connection, run)).isEqualTo(new RunLog.Share(5, true, null));
    assertThat(runs.forget(connection, START)).isZero();
    assertThat(runs.forget(connection, START.plusSeconds(100_000))).isPositive();
    assertThat(runs.share(connection, run).done()).isTrue();
    assertThat(runs.share(connection, UUID.randomUUID()))
        .isEqualTo(new RunLog.Share(-1, false, null));
    UUID begun = UUID.randomUUID();
    take(sweep(begun, 0, 3, State.RUNNING, 1, 2));
    assertThat(runs.share(connection, begun)).isEqualTo(new RunLog.Share(3, false, START));
  }

  @Test
  void theAppsTableIsCreatedWhereItIsMissing() throws SQLException {
    try (AppDatabase other = new AppDatabase(false)) {
      other.execute("DROP TABLE job_execution_logs");
      Migrations.migrate(DatabaseConfig.from(other.settings), other.tables);
      try (Connection fresh = other.postgres.connect()) {
        fresh.setAutoCommit(false);
        new RunLog(other.tables)
            .take(fresh, List.of(sweep(UUID.randomUUID(), 0, 1, State.RUNNING, 1, 1)));
      }
      assertThat(other.value("SELECT status FROM job_execution_logs")).isEqualTo("running");
      assertThat(other.rows("SELECT 1 FROM pg_indexes WHERE indexname LIKE 'idx_job_logs_%'"))
          .hasSize(2);
    }
  }

  @Test
  void aDeploymentsNamesAreUsed() throws SQLException {
    try (AppDatabase other = new AppDatabase(false)) {
      other.execute("ALTER TABLE scheduled_notifications RENAME TO campaigns");
      other.execute("ALTER TABLE campaigns RENAME COLUMN recipient_count TO told");
      other.execute("ALTER TABLE job_execution_logs RENAME TO job_logs");
      other.execute("ALTER TABLE job_logs RENAME COLUMN items_processed TO items");
      Settings renamed =
          other.settings.with(
              Map.of(
                  "TABLE_SCHEDULED_NOTIFICATIONS", "campaigns",
                  "COLUMN_SCHEDULED_NOTIFICATIONS__RECIPIENT_COUNT", "told",
                  "TABLE_JOB_EXECUTION_LOGS", "job_logs",
                  "COLUMN_JOB_EXECUTION_LOGS__ITEMS_PROCESSED", "items"));
      AppTables names = AppTables.from(renamed);
      Migrations.migrate(DatabaseConfig.from(renamed), names);
      UUID id = UUID.randomUUID();
      other.execute(
          "INSERT INTO campaigns (id, title_tr, body_tr, target_audience, scheduled_at) VALUES (?,"
              + " 'Selam', 'Merhaba', 'all', now())",
          id);
      RunLog log = new RunLog(names);
      try (Connection fresh = other.postgres.connect()) {
        fresh.setAutoCommit(false);
        log.take(fresh, List.of(told(id, 0, 1, State.RUNNING, 3)));
        assertThat(log.open(fresh)).containsOnlyKeys(id);
        assertThat(log.share(fresh, id).done()).isFalse();
      }
      assertThat(other.value("SELECT told FROM campaigns WHERE status = 'sending'")).isEqualTo("3");
      assertThat(other.value("SELECT items FROM job_logs")).isEqualTo("3");
    }
  }
}
