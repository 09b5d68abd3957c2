package app.goalgpt.benchmarks;

import app.goalgpt.benchmarks.load.FreshCustomers;
import app.goalgpt.benchmarks.load.PacedComments;
import app.goalgpt.benchmarks.measure.CommitTimes;
import app.goalgpt.benchmarks.measure.CompilerUse;
import app.goalgpt.benchmarks.measure.CpuUse;
import app.goalgpt.benchmarks.measure.Latencies;
import app.goalgpt.benchmarks.pipeline.Floor;
import app.goalgpt.benchmarks.pipeline.Pipeline;
import app.goalgpt.benchmarks.pipeline.Stage;
import app.goalgpt.benchmarks.pipeline.WholeSystem;
import app.goalgpt.embedded.fcm.AcceptedMessage;
import app.goalgpt.standalone.simulation.BadgeCatalogue;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * From the commit of a comment to the commit of the reward that it earns, and to FCM's acceptance
 * of the push: this system and the floor in turn (floor, system, system, floor …), each on a fresh
 * stage, warmed up, at 10 and at 500 comments a second. Every comment is the first of its customer,
 * who earns one badge by it.
 */
final class LatencyBenchmark {
  private static final int SLOW = 10;
  private static final int FAST = 500;

  /** Seconds of the warm-up after which it is asked whether the compilers are at rest. */
  private static final int WARM_UP_STEP = 15;

  /** Of one core: what compilers at rest may still use. */
  private static final double COMPILERS_AT_REST = 0.1;

  private static final String WARM_UP = "warm-up";
  private static final String AT_SLOW = "slow";
  private static final String AT_FAST = "fast";

  /**
   * @param warmUp seconds at the fast rate before anything is measured, at least
   * @param longestWarmUp the same, at most: where the JVM's compilers do not come to rest
   * @param slow seconds at the slow rate
   * @param fast seconds at the fast rate
   * @param rounds how often each is measured
   */
  record Plan(int warmUp, int longestWarmUp, int slow, int fast, int rounds) {
    static final Plan DEFAULT = new Plan(90, 360, 60, 30, 2);
    static final Plan QUICK = new Plan(1, 1, 1, 1, 1);

    Plan rounds(int many) {
      return new Plan(warmUp, longestWarmUp, slow, fast, many);
    }

    int mostCustomers() {
      return longestWarmUp * FAST + slow * SLOW + fast * FAST;
    }
  }

  /** What one subject showed, all rounds together. */
  private static final class Findings {
    final Latencies slow = new Latencies();
    final Latencies fast = new Latencies();
    final Latencies pushSlow = new Latencies();
    final Latencies pushFast = new Latencies();
    double latestWriterMillis;
    int customers;
    int warmUp;
    CpuUse.Use fastUse;
  }

  private final Plan plan;
  private final Report report;
  private final Findings floor = new Findings();
  private final Findings system = new Findings();

  LatencyBenchmark(Plan plan, Report report) {
    this.plan = plan;
    this.report = report;
  }

  void run() throws SQLException, InterruptedException {
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

  private void measureFloor() throws SQLException, InterruptedException {
    try (Stage stage = prepare();
        Floor pipeline = Floor.start(stage)) {
      measure(stage, pipeline, floor);
    }
  }

  private void measureSystem() throws SQLException, InterruptedException {
    Map<UUID, Long> pushes = new ConcurrentHashMap<>();
    try (Stage stage = prepare();
        WholeSystem pipeline = WholeSystem.start(stage, push -> accepted(pushes, push))) {
      Waiting.untilQuiet(pipeline, Duration.ofMinutes(5));
      measure(stage, pipeline, system);
      Waiting.until(
          () -> pushes.size() >= system.customers,
          Duration.ofMinutes(1),
          () -> "FCM has accepted %d of %d pushes".formatted(pushes.size(), system.customers));
      try (Connection connection = stage.connect()) {
        record(pushes, CommitTimes.commentsByCustomer(connection, AT_SLOW), system.pushSlow);
        record(pushes, CommitTimes.commentsByCustomer(connection, AT_FAST), system.pushFast);
      }
    }
  }

  private Stage prepare() throws SQLException {
    Stage stage = Stage.open();
    try (Connection connection = stage.connect()) {
      BadgeCatalogue.install(connection, BadgeCatalogue.all());
      FreshCustomers.insert(connection, plan.mostCustomers());
    }
    stage.execute("ANALYZE");
    return stage;
  }

  private void measure(Stage stage, Pipeline pipeline, Findings findings)
      throws SQLException, InterruptedException {
    report.progress(
        "%s: at least %d s at %d/s to warm up, %d s at %d/s, %d s at %d/s"
            .formatted(pipeline.name(), plan.warmUp(), FAST, plan.slow(), SLOW, plan.fast(), FAST));
    int customer = warmUp(stage, pipeline, findings);
    findings.latestWriterMillis = 0;
    // What was promoted since the JVM started, by all subjects, is to be nobody's pause.
    System.gc();
    customer = write(stage, pipeline, SLOW, plan.slow(), customer, AT_SLOW, findings);
    System.gc();
    CpuUse cpu = CpuUse.watch(stage.postgresCpu());
    findings.customers = write(stage, pipeline, FAST, plan.fast(), customer, AT_FAST, findings);
    findings.fastUse = cpu.read();
    try (Connection connection = stage.connect()) {
      findings.slow.add(settled(connection, pipeline, AT_SLOW));
      findings.fast.add(settled(connection, pipeline, AT_FAST));
    }
  }

  /**
   * Until the JVM's compilers are at rest: on two cores they take half a core for minutes, from
   * whoever is measured meanwhile.
   */
  private int warmUp(Stage stage, Pipeline pipeline, Findings findings)
      throws SQLException, InterruptedException {
    int customer = 0;
    int warmed = 0;
    CompilerUse compilers;
    do {
      compilers = CompilerUse.watch();
      int seconds = Math.min(WARM_UP_STEP, plan.longestWarmUp() - warmed);
      customer = write(stage, pipeline, FAST, seconds, customer, WARM_UP, findings);
      warmed += seconds;
    } while (warmed < plan.longestWarmUp()
        && (warmed < plan.warmUp() || compilers.cores() > COMPILERS_AT_REST));
    findings.warmUp = Math.max(findings.warmUp, warmed);
    return customer;
  }

  private static Latencies settled(Connection connection, Pipeline pipeline, String match)
      throws SQLException {
    return CommitTimes.causeToReward(
        connection, CommitTimes.comments(match), pipeline.rewardsSql());
  }

  private static int write(
      Stage stage,
      Pipeline pipeline,
      int rate,
      int seconds,
      int customer,
      String match,
      Findings findings)
      throws SQLException, InterruptedException {
    PacedComments comments = new PacedComments(stage, rate, rate * seconds, customer, match);
    comments.write();
    findings.latestWriterMillis = Math.max(findings.latestWriterMillis, comments.latestMillis());
    int next = customer + rate * seconds;
    Waiting.untilSettled(pipeline, next);
    // What the rewards cause in turn is over before the next rate begins.
    Waiting.untilQuiet(pipeline, Duration.ofMinutes(5));
    return next;
  }

  private static void accepted(Map<UUID, Long> pushes, AcceptedMessage push) {
    pushes.putIfAbsent(FreshCustomers.ofToken(push.token()), Latencies.micros(push.acceptedAt()));
  }

  private static void record(Map<UUID, Long> pushes, Map<UUID, Long> commits, Latencies latencies) {
    commits.forEach((customer, commit) -> latencies.record(pushes.get(customer) - commit));
  }

  private void report() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(Report.LATENCY_HEAD);
    rows.add(Report.latencyRow("floor, settled, 10/s", floor.slow));
    rows.add(Report.latencyRow("this system, settled, 10/s", system.slow));
    rows.add(Report.latencyRow("this system, push accepted, 10/s", system.pushSlow));
    rows.add(Report.latencyRow("floor, settled, 500/s", floor.fast));
    rows.add(Report.latencyRow("this system, settled, 500/s", system.fast));
    rows.add(Report.latencyRow("this system, push accepted, 500/s", system.pushFast));
    report.table(rows);
    report.line(
        "The writers were at most %.1f ms (floor) and %.1f ms (this system) behind their schedule."
            .formatted(floor.latestWriterMillis, system.latestWriterMillis));
    report.line(
        "Warmed up for at most %d s (floor) and %d s (this system)."
            .formatted(floor.warmUp, system.warmUp));
    cpu("floor", floor);
    cpu("this system", system);
    figures("floor", "10", floor.slow);
    figures("ours", "10", system.slow);
    figures("push", "10", system.pushSlow);
    figures("floor", "500", floor.fast);
    figures("ours", "500", system.fast);
    figures("push", "500", system.pushFast);
    report.atMost("p50_10_ratio", system.slow.millis(50) / floor.slow.millis(50), 2);
    report.atMost("p99_10_ratio", system.slow.millis(99) / floor.slow.millis(99), 2);
    report.atMost("p50_500_ratio", system.fast.millis(50) / floor.fast.millis(50), 2);
    report.atMost("p99_500_ratio", system.fast.millis(99) / floor.fast.millis(99), 2);
    report.below("push_p99_500_ratio", system.pushFast.millis(99) / floor.fast.millis(99), 4);
    report.end();
  }

  /**
   * What one comment costs, from its row to its push: whether the machine keeps up with the rate.
   */
  private void cpu(String who, Findings findings) {
    Report.Column perComment = Report.Column.microsPer("comment", (long) FAST * plan.fast());
    report.table(
        Report.cpuAndSum("CPU at 500/s, last round: " + who, findings.fastUse, perComment));
  }

  private void figures(String who, String rate, Latencies latencies) {
    report.figure(who + "_p50_" + rate + "_ms", latencies.millis(50));
    report.figure(who + "_p99_" + rate + "_ms", latencies.millis(99));
    report.figure(who + "_samples_" + rate, latencies.count());
  }
}
