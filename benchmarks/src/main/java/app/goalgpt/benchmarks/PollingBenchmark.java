package app.goalgpt.benchmarks;

import app.goalgpt.benchmarks.load.FreshCustomers;
import app.goalgpt.benchmarks.load.PacedComments;
import app.goalgpt.benchmarks.measure.CommitTimes;
import app.goalgpt.benchmarks.measure.CpuUse;
import app.goalgpt.benchmarks.measure.Latencies;
import app.goalgpt.benchmarks.measure.PostgresCpu;
import app.goalgpt.benchmarks.pipeline.Stage;
import app.goalgpt.benchmarks.pipeline.WholeSystem;
import app.goalgpt.standalone.simulation.BadgeCatalogue;
import app.goalgpt.standalone.simulation.Population;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The seeds' polling jobs against this system, on one database: how long from an event to its
 * reward, and what the database spends on finding nothing.
 *
 * <p>Nobody waits five minutes for the jobs: each runs once over the events of one period, and its
 * commits are timed; the events are then taken to have come at random moments of the period before
 * the run.
 */
final class PollingBenchmark {
  private static final Duration DAY = Duration.ofDays(1);
  private static final int EMPTY_RUNS = 5;
  private static final int RATE = 10;
  private static final String OF_JOBS = "polling";
  private static final String OF_SYSTEM = "event-driven";

  /**
   * @param customers of the population, with twenty comments each on average
   * @param perMinute events a minute of each kind that earn something
   * @param systemSeconds how long this system is measured at ten events a second
   * @param idleSeconds how long it is left alone
   */
  record Plan(int customers, int perMinute, int systemSeconds, int idleSeconds) {
    static final Plan DEFAULT = new Plan(50_000, 60, 60, 60);
    static final Plan QUICK = new Plan(50, 6, 2, 1);

    int badgeEvents() {
      return (int) (perMinute * SeedsJobs.BADGES_EVERY.toMinutes());
    }

    int freshCustomers() {
      return badgeEvents() + 2 * perMinute + RATE * systemSeconds;
    }
  }

  private final Plan plan;
  private final Report report;
  private final SplittableRandom random = new SplittableRandom(1);
  private final Latencies badgesByPolling = new Latencies();
  private final Latencies tiersByPolling = new Latencies();
  private double pollingCpuPerDay;
  private double badgeJobSeconds;

  PollingBenchmark(Plan plan, Report report) {
    this.plan = plan;
    this.report = report;
  }

  void run() throws SQLException, InterruptedException {
    try (Stage stage = Stage.open()) {
      report.progress("writing %,d customers with their history".formatted(plan.customers()));
      load(stage);
      report.progress("the seeds' jobs");
      polling(stage);
      report.progress("this system on the same database: reading it");
      eventDriven(stage);
    }
  }

  private void load(Stage stage) throws SQLException {
    Population population =
        new Population(new Population.Plan(plan.customers(), 20, 1, Instant.now(), ZoneOffset.UTC));
    try (Connection connection = stage.connect()) {
      connection.setAutoCommit(false);
      BadgeCatalogue.install(connection, BadgeCatalogue.all());
      population.load(connection, rows -> {});
      FreshCustomers.insert(connection, plan.freshCustomers());
      connection.commit();
    }
    stage.execute("VACUUM ANALYZE");
  }

  private void polling(Stage stage) throws SQLException, InterruptedException {
    PostgresCpu cpu = stage.postgresCpu();
    try (Connection connection = stage.connect()) {
      SeedsJobs jobs = new SeedsJobs(connection);
      settleHistory(connection, jobs);
      double badges = emptyRun(cpu, jobs::unlockBadges);
      double tiers = emptyRun(cpu, jobs::reachTier2) + emptyRun(cpu, jobs::reachTier3);
      pollingCpuPerDay =
          badges * DAY.dividedBy(SeedsJobs.BADGES_EVERY)
              + tiers * DAY.dividedBy(SeedsJobs.REFERRALS_EVERY);
      new PacedComments(stage, 500, plan.badgeEvents(), 0, OF_JOBS).write();
      long begin = System.nanoTime();
      spread(jobs.unlockBadges(), plan.badgeEvents(), SeedsJobs.BADGES_EVERY, badgesByPolling);
      badgeJobSeconds = (System.nanoTime() - begin) / 1e9;
      logInReferred(connection);
      spread(jobs.reachTier2(), plan.perMinute(), SeedsJobs.REFERRALS_EVERY, tiersByPolling);
      // What the new referrals unlock is not part of what is compared.
      settleHistory(connection, jobs);
    }
  }

  /** So that the next run finds nothing; the jobs themselves would take many minutes for it. */
  private static void settleHistory(Connection connection, SeedsJobs jobs) throws SQLException {
    jobs.markSettled();
    try (Statement statement = connection.createStatement()) {
      connection.setAutoCommit(true);
      statement.execute("VACUUM ANALYZE");
      connection.setAutoCommit(false);
    }
  }

  private interface Job {
    List<Duration> run() throws SQLException;
  }

  /**
   * @return the database's CPU seconds of a run that finds nothing
   */
  private static double emptyRun(PostgresCpu cpu, Job job) throws SQLException {
    job.run();
    double before = cpu.total();
    for (int i = 0; i < EMPTY_RUNS; i++) {
      if (!job.run().isEmpty()) {
        throw new IllegalStateException("a run that should find nothing found something");
      }
    }
    return (cpu.total() - before) / EMPTY_RUNS;
  }

  /** Referrals between fresh customers, each completed and its invited customer logged in. */
  private void logInReferred(Connection connection) throws SQLException {
    int first = plan.badgeEvents();
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          """
          INSERT INTO referrals (referrer_user_id, referred_user_id, referral_code, status)
          SELECT %s, %s, 'BENCH', 'completed' FROM generate_series(%d, %d) n;
          INSERT INTO customer_oauth_identities (customer_user_id, provider, last_login_at)
          SELECT %s, 'google', now() FROM generate_series(%d, %d) n
          """
              .formatted(
                  FreshCustomers.idSql("n"),
                  FreshCustomers.idSql("(n + " + plan.perMinute() + ")"),
                  first,
                  first + plan.perMinute() - 1,
                  FreshCustomers.idSql("n"),
                  first + plan.perMinute(),
                  first + 2 * plan.perMinute() - 1));
    }
    connection.commit();
  }

  /** Each event waits for the run, then for its turn in it. */
  private void spread(List<Duration> commits, int events, Duration period, Latencies latencies) {
    if (commits.size() != events) {
      throw new IllegalStateException("the job granted %d of %d".formatted(commits.size(), events));
    }
    for (Duration commit : commits) {
      double wait = random.nextDouble() * period.toNanos() / 1000;
      latencies.record((long) wait + commit.toNanos() / 1000);
    }
  }

  private void eventDriven(Stage stage) throws SQLException, InterruptedException {
    try (WholeSystem system = WholeSystem.start(stage, push -> {})) {
      Waiting.untilQuiet(system, Duration.ofMinutes(20));
      long settled = system.settled();
      report.progress("this system: idle for %d s".formatted(plan.idleSeconds()));
      CpuUse watch = CpuUse.watch(stage.postgresCpu());
      Thread.sleep(Duration.ofSeconds(plan.idleSeconds()).toMillis());
      CpuUse.Use idle = watch.read();
      if (system.settled() != settled) {
        throw new IllegalStateException("it was to be idle and settled something");
      }
      report.progress("this system: %d s at %d/s".formatted(plan.systemSeconds(), RATE));
      int events = RATE * plan.systemSeconds();
      int first = plan.freshCustomers() - events;
      new PacedComments(stage, RATE, events, first, OF_SYSTEM).write();
      Waiting.untilSettled(system, settled + events);
      try (Connection connection = stage.connect()) {
        report(
            CommitTimes.causeToReward(
                connection, CommitTimes.comments(OF_SYSTEM), system.rewardsSql()),
            idle);
      }
    }
  }

  private void report(Latencies ours, CpuUse.Use idle) {
    double database = cpu(idle, "Postgres");
    double oursPerDay = database / idle.wallSeconds() * DAY.toSeconds();
    report.table(
        List.of(
            List.of("from event to reward", "events", "median", "p99"),
            seconds("badge, polled every 5 minutes", badgesByPolling),
            seconds("referral, polled every minute", tiersByPolling),
            seconds("this system", ours)));
    report.table(
        List.of(
            List.of("database CPU to find nothing", "seconds a day"),
            List.of("polling", Report.number(pollingCpuPerDay)),
            List.of("this system", Report.number(oursPerDay))));
    report.line(
        "The badge job took %.1f s for %d grants. Idle, this system's own JVM used %.1f %% of a core."
            .formatted(
                badgeJobSeconds,
                badgesByPolling.count(),
                100 * cpu(idle, "JVM") / idle.wallSeconds()));
    report.figure("polling_badge_median_seconds", badgesByPolling.millis(50) / 1000);
    report.figure("polling_badge_p99_seconds", badgesByPolling.millis(99) / 1000);
    report.figure("polling_referral_median_seconds", tiersByPolling.millis(50) / 1000);
    report.figure("polling_referral_p99_seconds", tiersByPolling.millis(99) / 1000);
    report.figure("ours_median_seconds", ours.millis(50) / 1000);
    report.figure("ours_p99_seconds", ours.millis(99) / 1000);
    report.figure("polling_idle_database_cpu_seconds_per_day", pollingCpuPerDay);
    report.figure("ours_idle_database_cpu_seconds_per_day", oursPerDay);
    report.figure("ours_idle_jvm_cores", cpu(idle, "JVM") / idle.wallSeconds());
    report.figure("badge_median_ratio", badgesByPolling.millis(50) / ours.millis(50));
    report.figure("badge_p99_ratio", badgesByPolling.millis(99) / ours.millis(99));
    report.figure("referral_median_ratio", tiersByPolling.millis(50) / ours.millis(50));
    report.figure("referral_p99_ratio", tiersByPolling.millis(99) / ours.millis(99));
    report.figure("idle_database_cpu_ratio", oursPerDay / pollingCpuPerDay);
    report.end();
  }

  private static List<String> seconds(String what, Latencies latencies) {
    return List.of(
        what,
        "%,d".formatted(latencies.count()),
        "%.3f s".formatted(latencies.millis(50) / 1000),
        "%.3f s".formatted(latencies.millis(99) / 1000));
  }

  private static double cpu(CpuUse.Use use, String who) {
    return use.shares().stream()
        .filter(share -> share.who().startsWith(who))
        .mapToDouble(CpuUse.Share::seconds)
        .sum();
  }
}
