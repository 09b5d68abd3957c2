package app.goalgpt.benchmarks;

import app.goalgpt.benchmarks.load.FreshCustomers;
import app.goalgpt.benchmarks.measure.CpuUse;
import app.goalgpt.benchmarks.measure.Latencies;
import app.goalgpt.benchmarks.pipeline.JobRuns;
import app.goalgpt.benchmarks.pipeline.Stage;
import app.goalgpt.benchmarks.pipeline.WholeSystem;
import app.goalgpt.messages.Job;
import app.goalgpt.standalone.simulation.BadgeCatalogue;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The cleanup of old logs moves a million rows into their archive while rewards are settled, in the
 * same database whose write-ahead log capture reads.
 */
final class HousekeepingBenchmark {
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  /**
   * @param old rows that go
   * @param young rows that stay
   * @param warmUp seconds of rewards before their latency is measured
   * @param alone seconds of rewards before the cleanup, and again after it
   * @param stretch seconds of rewards during the cleanup, again and again until it is over
   */
  record Plan(int old, int young, int warmUp, int alone, int stretch) {
    static final Plan DEFAULT = new Plan(1_000_000, 200_000, 20, 30, 10);
    static final Plan QUICK = new Plan(3_000, 500, 1, 1, 1);

    int customers() {
      return RewardLatency.customers(warmUp + 2 * alone + (int) PATIENCE.toSeconds());
    }
  }

  private final Plan plan;
  private final Report report;
  private final Latencies alone = new Latencies();
  private final Latencies beside = new Latencies();
  private JobRuns.Run run;
  private CpuUse.Use cpu;
  private long walBytes;

  HousekeepingBenchmark(Plan plan, Report report) {
    this.plan = plan;
    this.report = report;
  }

  void run() throws SQLException, InterruptedException, ExecutionException {
    try (Stage stage = Stage.open()) {
      report.progress("writing %,d old rows".formatted(plan.old()));
      load(stage);
      try (WholeSystem system = WholeSystem.start(stage, push -> {});
          JobRuns runs = JobRuns.of(stage)) {
        Waiting.untilQuiet(system, PATIENCE);
        report.progress("rewards before, beside and after the cleanup");
        RewardLatency latency = new RewardLatency(stage, system);
        latency.measure(plan.warmUp());
        alone.add(latency.measure(plan.alone()));
        clean(stage, runs, latency);
        alone.add(latency.measure(plan.alone()));
      }
      requireAllMoved(stage);
    }
    report();
  }

  private void load(Stage stage) throws SQLException {
    try (Connection connection = stage.connect()) {
      BadgeCatalogue.install(connection, BadgeCatalogue.all());
      FreshCustomers.insert(connection, plan.customers());
    }
    insert(stage, plan.old(), "400 days");
    insert(stage, plan.young(), "1 day");
    stage.execute("VACUUM ANALYZE");
    stage.execute("CHECKPOINT");
  }

  /** As the ledger's are; each customer has some. */
  private void insert(Stage stage, int rows, String age) throws SQLException {
    stage.execute(
        """
        INSERT INTO customer_xp_transactions (customer_user_id, xp_amount, transaction_type, reference_id,
            reference_type, description, metadata, created_at)
        SELECT %s, 10, 'badge_unlock', gen_random_uuid(), 'badge', 'İlk Yorum', '{"source": "badge"}',
               now() - interval '%s' - n * interval '1 second'
        FROM generate_series(1, %d) n
        """
            .formatted(FreshCustomers.idSql("n %% %d".formatted(plan.customers())), age, rows));
  }

  private void clean(Stage stage, JobRuns runs, RewardLatency latency)
      throws SQLException, InterruptedException, ExecutionException {
    long wal = wal(stage);
    CpuUse use = CpuUse.watch(stage.postgresCpu());
    ExecutorService cleaner = Executors.newSingleThreadExecutor();
    try {
      Instant plannedAt = Instant.now().truncatedTo(ChronoUnit.MINUTES);
      Future<JobRuns.Run> cleanup =
          cleaner.submit(() -> runs.run(Job.OLD_LOGS_CLEANUP, plannedAt, PATIENCE));
      while (!cleanup.isDone()) {
        beside.add(latency.measure(plan.stretch()));
      }
      run = cleanup.get();
    } finally {
      cleaner.shutdownNow();
    }
    cpu = use.read();
    walBytes = wal(stage) - wal;
  }

  private static long wal(Stage stage) throws SQLException {
    return stage.number("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn");
  }

  /** By the tables themselves. */
  private void requireAllMoved(Stage stage) throws SQLException {
    long archived = stage.number("SELECT count(*) FROM customer_xp_transactions_archive");
    long left =
        stage.number(
            """
            SELECT count(*) FROM customer_xp_transactions WHERE created_at < now() - interval '1 year'
            """);
    if (archived != plan.old() || left != 0 || run.items() != plan.old()) {
      throw new IllegalStateException(
          "%d rows are archived, %d old ones left, the run says %d; there were %d"
              .formatted(archived, left, run.items(), plan.old()));
    }
  }

  private void report() {
    report.table(
        List.of(
            Report.LATENCY_HEAD,
            Report.latencyRow("rewards at 10/s, nothing else", alone),
            Report.latencyRow("rewards at 10/s, cleanup meanwhile", beside)));
    report.table(
        List.of(
            List.of("cleanup", "rows", "seconds", "rows/s", "WAL, MB"),
            List.of(
                "customer_xp_transactions",
                "%,d".formatted(run.items()),
                Report.number(run.seconds()),
                Report.number(run.items() / run.seconds()),
                Report.number(walBytes / 1e6))));
    report.table(Report.cpu("CPU during the cleanup", cpu, Report.Column.percentOfACore(cpu)));
    report.figure("rows", run.items());
    report.figure("seconds", run.seconds());
    report.figure("rows_per_second", run.items() / run.seconds());
    report.figure("wal_bytes", walBytes);
    report.figure("alone_samples", alone.count());
    report.figure("alone_p50_ms", alone.millis(50));
    report.figure("alone_p99_ms", alone.millis(99));
    report.figure("beside_samples", beside.count());
    report.figure("beside_p50_ms", beside.millis(50));
    report.figure("beside_p99_ms", beside.millis(99));
    report.atMost("reward_p99_ratio", beside.millis(99) / alone.millis(99), 2);
    report.end();
  }
}
