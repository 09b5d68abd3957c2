package app.goalgpt.benchmarks;

import app.goalgpt.benchmarks.load.Backlog;
import app.goalgpt.benchmarks.measure.CommitTimes;
import app.goalgpt.benchmarks.measure.CpuUse;
import app.goalgpt.benchmarks.measure.Hotspots;
import app.goalgpt.benchmarks.pipeline.DebeziumAlone;
import app.goalgpt.benchmarks.pipeline.Floor;
import app.goalgpt.benchmarks.pipeline.Pipeline;
import app.goalgpt.benchmarks.pipeline.Stage;
import app.goalgpt.benchmarks.pipeline.WholeSystem;
import app.goalgpt.standalone.simulation.BadgeCatalogue;
import app.goalgpt.standalone.simulation.Population;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * A backlog of single-row transactions, written while nobody captures, is drained: by Debezium with
 * a handler that does nothing, by the floor, by this system. Comments of customers with a history,
 * which is settled before; what the new comments earn is settled while they are drained.
 */
final class DrainBenchmark {
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  /**
   * @param customers of the population
   * @param warmUp comments drained before anything is measured
   * @param events comments of the measured backlog
   * @param rounds how often each is measured
   */
  record Plan(int customers, int warmUp, int events, int rounds) {
    static final double HISTORY_COMMENTS = 20;
    static final Plan DEFAULT = new Plan(5_000, 100_000, 200_000, 2);
    static final Plan QUICK = new Plan(50, 500, 2_000, 1);

    Plan rounds(int many) {
      return new Plan(customers, warmUp, events, many);
    }
  }

  /** Of one subject, all rounds together. */
  private static final class Findings {
    double seconds;
    long events;
    long rewards;
    double cpuSeconds;
    CpuUse.Use lastUse;
    List<String> hotspots = List.of();

    double rate() {
      return events / seconds;
    }
  }

  private final Plan plan;
  private final boolean profile;
  private final Report report;
  private final Findings debezium = new Findings();
  private final Findings floor = new Findings();
  private final Findings system = new Findings();

  /**
   * @param profile whether to sample where this JVM's time goes
   */
  DrainBenchmark(Plan plan, boolean profile, Report report) {
    this.plan = plan;
    this.profile = profile;
    this.report = report;
  }

  void run() throws SQLException, InterruptedException, IOException {
    for (int round = 0; round < plan.rounds(); round++) {
      if (round % 2 == 0) {
        measureFloor();
        measureSystem();
      } else {
        measureSystem();
        measureFloor();
      }
    }
    report();
  }

  private Stage prepare() throws SQLException {
    Stage stage = Stage.open();
    Population population =
        new Population(
            new Population.Plan(
                plan.customers(),
                Plan.HISTORY_COMMENTS,
                1,
                Instant.parse("2026-01-01T12:00:00Z"),
                ZoneOffset.UTC));
    try (Connection connection = stage.connect()) {
      connection.setAutoCommit(false);
      BadgeCatalogue.install(connection, BadgeCatalogue.all());
      population.load(connection, rows -> {});
      connection.commit();
    }
    stage.execute("ANALYZE");
    return stage;
  }

  private void measureFloor() throws SQLException, InterruptedException, IOException {
    try (Stage stage = prepare();
        Floor pipeline = Floor.start(stage)) {
      DebeziumAlone.prepare(stage);
      pipeline.stopCapture();
      Backlog.write(stage, 0, plan.warmUp(), "warm-up");
      drainAlone(stage, plan.warmUp(), new Findings());
      drain(stage, pipeline, plan.warmUp(), new Findings());
      pipeline.stopCapture();
      Backlog.write(stage, plan.warmUp(), plan.events(), "measured");
      drainAlone(stage, plan.events(), debezium);
      drain(stage, pipeline, plan.events(), floor);
    }
  }

  private void measureSystem() throws SQLException, InterruptedException, IOException {
    try (Stage stage = prepare();
        WholeSystem pipeline = WholeSystem.start(stage, push -> {})) {
      report.progress("this system: settling what the history has earned");
      Waiting.untilQuiet(pipeline, PATIENCE);
      pipeline.stopCapture();
      Backlog.write(stage, 0, plan.warmUp(), "warm-up");
      drain(stage, pipeline, plan.warmUp(), new Findings());
      pipeline.stopCapture();
      Backlog.write(stage, plan.warmUp(), plan.events(), "measured");
      drain(stage, pipeline, plan.events(), system);
      requireNothingMissing(stage);
    }
  }

  private void drain(Stage stage, Pipeline pipeline, int events, Findings findings)
      throws SQLException, InterruptedException, IOException {
    report.progress("%s drains %,d comments".formatted(pipeline.name(), events));
    long passed = pipeline.passed();
    long settled = pipeline.settled();
    try (SlotWatch slot = SlotWatch.of(stage, pipeline.slot());
        Hotspots hotspots = profile ? Hotspots.record() : null) {
      CpuUse cpu = CpuUse.watch(stage.postgresCpu());
      pipeline.startCapture();
      Waiting.until(
          () -> pipeline.passed() - passed >= events,
          PATIENCE,
          () -> "%d of %d comments passed".formatted(pipeline.passed() - passed, events));
      Instant end = Instant.now();
      findings.lastUse = cpu.read();
      if (hotspots != null) {
        findings.hotspots = hotspots.lines();
      }
      Waiting.untilQuiet(pipeline, PATIENCE);
      try (Connection connection = stage.connect()) {
        Instant last = CommitTimes.lastReward(connection, pipeline.rewardsSql());
        end = last.isAfter(end) ? last : end;
      }
      add(findings, events, slot.activeSince(), end);
    }
    findings.cpuSeconds += findings.lastUse.seconds();
    findings.rewards += pipeline.settled() - settled;
  }

  private void drainAlone(Stage stage, int events, Findings findings)
      throws SQLException, InterruptedException {
    report.progress("Debezium alone drains %,d comments".formatted(events));
    try (SlotWatch slot = SlotWatch.of(stage, DebeziumAlone.SLOT);
        DebeziumAlone alone = DebeziumAlone.start(stage)) {
      Waiting.until(
          () -> alone.events() >= events,
          PATIENCE,
          () -> "Debezium alone has read %d of %d".formatted(alone.events(), events));
      add(findings, events, slot.activeSince(), alone.lastEvent());
    }
  }

  private static void add(Findings findings, int events, Instant begin, Instant end) {
    findings.events += events;
    findings.seconds += Duration.between(begin, end).toNanos() / 1e9;
  }

  /** By the tables themselves: a rate at which rewards are forgotten is none. */
  private static void requireNothingMissing(Stage stage) throws SQLException {
    long missing =
        stage.number(
            """
            SELECT count(*)
            FROM (SELECT customer_user_id, count(*) AS n FROM match_comments
                  WHERE status = 'active' AND deleted_at IS NULL GROUP BY 1) c
            JOIN customer_users u ON u.id = c.customer_user_id AND u.deleted_at IS NULL
            JOIN badges b ON b.is_active AND b.deleted_at IS NULL
              AND b.unlock_condition->>'type' = 'comments' AND c.n >= (b.unlock_condition->>'count')::int
            WHERE NOT EXISTS (SELECT FROM customer_badges o
                              WHERE o.customer_user_id = u.id AND o.badge_id = b.id)
            """);
    if (missing > 0) {
      throw new IllegalStateException(missing + " badges were earned and not settled");
    }
  }

  private void report() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("drained", "comments", "events/s", "rewards", "CPU µs/event"));
    row(rows, "Debezium alone", debezium);
    row(rows, "floor", floor);
    row(rows, "this system", system);
    report.table(rows);
    cpu("floor", floor);
    cpu("this system", system);
    report.figure("events", (long) plan.events());
    report.figure("rounds", (long) plan.rounds());
    report.figure("debezium_events_per_second", debezium.rate());
    report.figure("floor_events_per_second", floor.rate());
    report.figure("ours_events_per_second", system.rate());
    report.figure("ours_rewards", system.rewards);
    report.figure("floor_cpu_micros_per_event", 1e6 * floor.cpuSeconds / floor.events);
    report.figure("ours_cpu_micros_per_event", 1e6 * system.cpuSeconds / system.events);
    report.atLeast("floor_ratio", system.rate() / floor.rate(), 0.6);
    report.atLeast("debezium_ratio", system.rate() / debezium.rate(), 0.3);
    report.end();
  }

  private static void row(List<List<String>> rows, String what, Findings findings) {
    rows.add(
        List.of(
            what,
            "%,d".formatted(findings.events),
            Report.number(findings.rate()),
            "%,d".formatted(findings.rewards),
            findings.cpuSeconds == 0
                ? ""
                : Report.number(1e6 * findings.cpuSeconds / findings.events)));
  }

  /** Where the last drain's CPU went: what the bottleneck is named from. */
  private void cpu(String who, Findings findings) {
    report.table(
        Report.cpu(
            "CPU of the last drain: " + who,
            findings.lastUse,
            Report.Column.percentOfACore(findings.lastUse),
            Report.Column.microsPer("event", plan.events())));
    findings.hotspots.forEach(report::line);
  }
}
