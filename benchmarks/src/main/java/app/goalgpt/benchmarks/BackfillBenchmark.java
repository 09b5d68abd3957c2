package app.goalgpt.benchmarks;

import app.goalgpt.benchmarks.load.FreshCustomers;
import app.goalgpt.benchmarks.measure.CommitTimes;
import app.goalgpt.benchmarks.measure.CpuUse;
import app.goalgpt.benchmarks.measure.Hotspots;
import app.goalgpt.benchmarks.pipeline.Stage;
import app.goalgpt.benchmarks.pipeline.WholeSystem;
import app.goalgpt.connectors.ledger.LedgerConfig;
import app.goalgpt.connectors.ledger.Settlement;
import app.goalgpt.messages.Cause;
import app.goalgpt.messages.Decision;
import app.goalgpt.standalone.simulation.BadgeCatalogue;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The first start on a database with a history: 50,000 customers with twenty comments each have
 * earned the badges for 1, 5 and 10 comments, and have none. The points that these bring stay below
 * the first level and the first credits badge, so that exactly 150,000 rewards are due.
 *
 * <p>Beside it, the same decisions settled by the same statements in batches of the same size on
 * one connection, on a copy of the database as it was before, in the same server.
 */
final class BackfillBenchmark {
  private static final Duration PATIENCE = Duration.ofMinutes(20);
  private static final String ALONE = "settled_alone";

  /** Independent of the topology: what the tables say is due. */
  private static final String DUE =
      """
      FROM (SELECT customer_user_id, count(*) AS n FROM match_comments GROUP BY 1) c
      JOIN badges b ON b.is_active AND b.unlock_condition->>'type' = 'comments'
        AND c.n >= (b.unlock_condition->>'count')::int
      """;

  /**
   * @param customers how many
   * @param comments of each
   */
  record Plan(int customers, int comments) {
    static final Plan DEFAULT = new Plan(50_000, 20);
    static final Plan QUICK = new Plan(200, 20);
  }

  private final Plan plan;
  private final boolean profile;
  private final Report report;

  /**
   * @param profile whether to sample where this JVM's time goes
   */
  BackfillBenchmark(Plan plan, boolean profile, Report report) {
    this.plan = plan;
    this.profile = profile;
    this.report = report;
  }

  void run() throws SQLException, InterruptedException, IOException {
    try (Stage stage = Stage.open()) {
      report.progress(
          "writing %,d customers with %d comments each"
              .formatted(plan.customers(), plan.comments()));
      load(stage);
      long due = stage.number("SELECT count(*) " + DUE);
      WholeSystem.migrate(stage);
      stage.execute("CREATE DATABASE " + ALONE + " TEMPLATE goalgpt");
      stage.execute("CHECKPOINT");
      report.progress("settling %,d rewards, the statements alone".formatted(due));
      double alone = settleAlone(stage, due);
      stage.execute("DROP DATABASE " + ALONE);
      stage.execute("CHECKPOINT");
      report.progress("the first start of this system");
      firstStart(stage, due, alone);
    }
  }

  private void load(Stage stage) throws SQLException {
    try (Connection connection = stage.connect();
        Statement statement = connection.createStatement()) {
      BadgeCatalogue.install(connection, BadgeCatalogue.all());
      FreshCustomers.insert(connection, plan.customers());
      // In the order in which they were written: everybody's first comment before anybody's second.
      statement.execute(
          """
          INSERT INTO match_comments (customer_user_id, match_id, content, created_at)
          SELECT %s, 'match-' || n %% 50, 'What a match! The second half was something else, unbelievable.',
                 now() - interval '1 hour' * (%d - k)
          FROM generate_series(1, %d) k, generate_series(0, %d) n ORDER BY k
          """
              .formatted(
                  FreshCustomers.idSql("n"),
                  plan.comments(),
                  plan.comments(),
                  plan.customers() - 1));
      statement.execute("VACUUM ANALYZE");
    }
  }

  /**
   * @return rewards settled a second
   */
  private double settleAlone(Stage stage, long due) throws SQLException {
    LedgerConfig config = LedgerConfig.from(stage.settings());
    Settlement settlement = new Settlement(config.tables(), config.qualifyingStatuses());
    try (Connection connection = stage.connect(ALONE)) {
      List<Decision> decisions = decisions(connection);
      Settlement.prepareSession(connection);
      settlement.check(connection);
      long begin = System.nanoTime();
      long settled = 0;
      for (int i = 0; i < decisions.size(); i += config.batch()) {
        List<Decision> batch = decisions.subList(i, Math.min(decisions.size(), i + config.batch()));
        settled += settlement.settle(connection, batch).settled().size();
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      if (settled != due) {
        throw new IllegalStateException("settled %d of %d".formatted(settled, due));
      }
      return settled / seconds;
    }
  }

  private static List<Decision> decisions(Connection connection) throws SQLException {
    List<Decision> decisions = new ArrayList<>();
    Cause cause = new Cause("match_comments", new UUID(0, 0).toString(), 1, Instant.now());
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT c.customer_user_id, b.id, b.unlock_condition::text, c.n "
                    + DUE
                    + " ORDER BY (b.unlock_condition->>'count')::int, c.customer_user_id")) {
      while (row.next()) {
        decisions.add(
            Decision.BadgeUnlock.of(
                row.getObject(1, UUID.class),
                row.getObject(2, UUID.class),
                row.getString(3),
                row.getString(4),
                cause,
                Instant.now()));
      }
    }
    return decisions;
  }

  private void firstStart(Stage stage, long due, double alone)
      throws SQLException, InterruptedException, IOException {
    CpuUse cpu = CpuUse.watch(stage.postgresCpu());
    try (Hotspots hotspots = profile ? Hotspots.record() : null;
        WholeSystem system = WholeSystem.start(stage, push -> {})) {
      Waiting.until(
          () -> system.settled() >= due,
          PATIENCE,
          () -> "%d of %d rewards settled".formatted(system.settled(), due));
      CpuUse.Use use = cpu.read();
      List<String> hot = hotspots == null ? List.of() : hotspots.lines();
      long pushes = system.pushes();
      try (Connection connection = stage.connect()) {
        Instant last = CommitTimes.lastReward(connection, system.rewardsSql());
        double seconds = Duration.between(system.captureStart(), last).toNanos() / 1e9;
        report(due, alone, seconds, use, pushes);
      }
      hot.forEach(report::line);
    }
    report.end();
  }

  private void report(long due, double alone, double seconds, CpuUse.Use use, long pushes) {
    double rate = due / seconds;
    report.table(
        List.of(
            List.of("settled", "rewards", "seconds", "rewards/s"),
            List.of(
                "the statements alone",
                "%,d".formatted(due),
                Report.number(due / alone),
                Report.number(alone)),
            List.of(
                "this system, from the snapshot's start",
                "%,d".formatted(due),
                Report.number(seconds),
                Report.number(rate))));
    report.line("FCM had taken %,d pushes by then.".formatted(pushes));
    report.table(Report.cpu("CPU until the last reward", use, Report.Column.percentOfACore(use)));
    report.figure("customers", (long) plan.customers());
    report.figure("comments", (long) plan.customers() * plan.comments());
    report.figure("rewards", due);
    report.figure("seconds", seconds);
    report.figure("ours_rewards_per_second", rate);
    report.figure("alone_rewards_per_second", alone);
    report.figure("pushes_by_then", pushes);
    report.atLeast("settle_ratio", rate / alone, 0.25);
  }
}
