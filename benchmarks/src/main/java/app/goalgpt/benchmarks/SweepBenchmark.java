package app.goalgpt.benchmarks;

import app.goalgpt.benchmarks.load.FreshCustomers;
import app.goalgpt.benchmarks.load.ManyCustomers;
import app.goalgpt.benchmarks.measure.CpuUse;
import app.goalgpt.benchmarks.measure.Hotspots;
import app.goalgpt.benchmarks.measure.Latencies;
import app.goalgpt.benchmarks.measure.MemoryUse;
import app.goalgpt.benchmarks.measure.StoreScan;
import app.goalgpt.benchmarks.pipeline.JobRuns;
import app.goalgpt.benchmarks.pipeline.Stage;
import app.goalgpt.benchmarks.pipeline.WholeSystem;
import app.goalgpt.messages.Job;
import app.goalgpt.standalone.simulation.BadgeCatalogue;
import app.goalgpt.topology.RewardsApp;
import app.goalgpt.topology.TopologyConfig;
import app.goalgpt.topology.customer.Customer;
import app.goalgpt.topology.stream.CustomerState;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.serialization.Deserializer;
import org.rocksdb.RocksDBException;

/**
 * A job asks every customer of a store and tells one in ten: beside a bare scan of the same store's
 * files, at growing numbers of customers; and, at the greatest, what rewards take meanwhile.
 */
final class SweepBenchmark {
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  /** On the day after the last active one: who was active then is warned, nobody else. */
  private static final Instant FIRST_TICK =
      ManyCustomers.LAST_ACTIVE.plusDays(1).atTime(12, 0).toInstant(ZoneOffset.UTC);

  /** A month later nobody is warned. */
  private static final Instant QUIET_TICK = FIRST_TICK.plus(Duration.ofDays(30));

  /**
   * @param customers how many, one measurement after the other
   * @param passes sweeps, and bare scans, of each
   * @param warmUp seconds of rewards before their latency is measured
   * @param stretch seconds of rewards without and with sweeps, in turn
   * @param rounds how often
   */
  record Plan(List<Integer> customers, int passes, int warmUp, int stretch, int rounds) {
    static final Plan DEFAULT = new Plan(List.of(10_000, 100_000, 1_000_000), 4, 20, 30, 2);
    static final Plan QUICK = new Plan(List.of(1_000, 3_000), 2, 1, 1, 1);

    int seconds() {
      return warmUp + 2 * stretch * rounds;
    }
  }

  /** At one number of customers. */
  private static final class Findings {
    final int customers;
    long bytes;
    double restoreSeconds;
    StoreScan.Result raw = new StoreScan.Result(0, 0);
    StoreScan.Result decoded = new StoreScan.Result(0, 0);
    StoreScan.Result sweep = new StoreScan.Result(0, 0);
    StoreScan.Result quiet = new StoreScan.Result(0, 0);
    CpuUse.Use cpu;
    double heapBefore;
    double heapAfter;
    double residentBefore;
    double residentMost;
    double residentAfter;
    List<String> hotspots = List.of();

    Findings(int customers) {
      this.customers = customers;
    }

    /** What it takes to ask a customer who is told nothing. */
    double lookMicros() {
      return 1e6 / quiet.perSecond();
    }

    /** What it takes, besides, to tell one. */
    double tellMicros() {
      return (1e6 / sweep.perSecond() - lookMicros()) * customers / ManyCustomers.active(customers);
    }
  }

  private final Plan plan;
  private final boolean profile;
  private final Report report;
  private final List<Findings> all = new ArrayList<>();
  private final Latencies alone = new Latencies();
  private final Latencies beside = new Latencies();
  private int ticks;
  private int sweepsBeside;

  /**
   * @param profile whether to sample where this JVM's time goes during the sweeps
   */
  SweepBenchmark(Plan plan, boolean profile, Report report) {
    this.plan = plan;
    this.profile = profile;
    this.report = report;
  }

  void run()
      throws SQLException, InterruptedException, IOException, RocksDBException, ExecutionException {
    for (int customers : plan.customers()) {
      Findings findings = new Findings(customers);
      all.add(findings);
      try (Stage stage = Stage.open()) {
        report.progress("%,d customers: writing their state".formatted(customers));
        findings.bytes = ManyCustomers.write(stage, customers);
        measure(stage, findings);
        if (all.size() == plan.customers().size()) {
          rewards(stage);
        }
      }
    }
    report();
  }

  private void measure(Stage stage, Findings findings)
      throws InterruptedException, IOException, RocksDBException, SQLException {
    TopologyConfig config = TopologyConfig.from(stage.settings());
    report.progress("%,d customers: restoring it".formatted(findings.customers));
    long begin = System.nanoTime();
    RewardsApp restoring = start(config);
    try (restoring;
        JobRuns runs = JobRuns.of(stage)) {
      sweep(runs, findings.customers); // as soon as it is restored; warms up
      findings.restoreSeconds = (System.nanoTime() - begin) / 1e9;
    }
    report.progress("%,d customers: scans and sweeps".formatted(findings.customers));
    scan(config, findings, plan.passes() / 2);
    RewardsApp restored = start(config);
    try (restored;
        JobRuns runs = JobRuns.of(stage)) {
      sweep(runs, findings.customers);
      sweeps(stage, runs, findings);
    }
    scan(config, findings, plan.passes() - plan.passes() / 2);
  }

  private RewardsApp start(TopologyConfig config) {
    return RewardsApp.start(
        config,
        new SimpleMeterRegistry(),
        failure -> report.line("the topology stopped: " + failure));
  }

  /** Raw and decoded in turn; the first pass over the files only warms up. */
  private void scan(TopologyConfig config, Findings findings, int passes)
      throws IOException, RocksDBException {
    List<Path> stores = CustomerState.stores(config);
    Deserializer<Customer> values = CustomerState.values().deserializer();
    StoreScan.of(stores, (key, value) -> values.deserialize(null, value));
    for (int pass = 0; pass < passes; pass++) {
      findings.raw = findings.raw.plus(StoreScan.of(stores, (key, value) -> {}));
      findings.decoded =
          findings.decoded.plus(
              StoreScan.of(stores, (key, value) -> values.deserialize(null, value)));
    }
  }

  private void sweeps(Stage stage, JobRuns runs, Findings findings)
      throws SQLException, IOException {
    findings.heapBefore = MemoryUse.liveHeapMegabytes();
    findings.residentBefore = MemoryUse.residentMegabytes();
    try (MemoryUse memory = MemoryUse.watch();
        Hotspots hotspots = profile ? Hotspots.record() : null) {
      CpuUse cpu = CpuUse.watch(stage.postgresCpu());
      for (int pass = 0; pass < plan.passes(); pass++) {
        findings.sweep =
            findings.sweep.plus(
                new StoreScan.Result(findings.customers, sweep(runs, findings.customers)));
      }
      findings.cpu = cpu.read();
      findings.residentMost = memory.mostResidentMegabytes();
      if (hotspots != null) {
        findings.hotspots = hotspots.lines();
      }
    }
    for (int pass = 0; pass < plan.passes() / 2; pass++) {
      findings.quiet =
          findings.quiet.plus(new StoreScan.Result(findings.customers, sweep(runs, QUIET_TICK, 0)));
    }
    findings.heapAfter = MemoryUse.liveHeapMegabytes();
    findings.residentAfter = MemoryUse.residentMegabytes();
  }

  /**
   * One sweep that tells one in ten.
   *
   * @return seconds
   */
  private double sweep(JobRuns runs, int customers) {
    return sweep(runs, FIRST_TICK, ManyCustomers.active(customers));
  }

  /** A run of its own of that day. */
  private double sweep(JobRuns runs, Instant day, long told) {
    JobRuns.Run run = runs.run(Job.STREAK_BREAK_WARNINGS, day.plusSeconds(ticks++), PATIENCE);
    if (run.items() != told) {
      throw new IllegalStateException(
          "%d customers were told, not %d".formatted(run.items(), told));
    }
    return run.seconds();
  }

  /** The whole way of rewards on the same state: without a sweep, with sweeps, with, without. */
  private void rewards(Stage stage) throws SQLException, InterruptedException, ExecutionException {
    report.progress("rewards without and with sweeps");
    try (Connection connection = stage.connect()) {
      BadgeCatalogue.install(connection, BadgeCatalogue.all());
      FreshCustomers.insert(connection, RewardLatency.customers(plan.seconds()));
    }
    stage.execute("ANALYZE");
    try (WholeSystem system = WholeSystem.withoutPushes(stage);
        JobRuns runs = JobRuns.of(stage)) {
      // Behind the snapshot, and behind the pass that takes the rules to all customers.
      Waiting.untilQuiet(system, PATIENCE);
      sweep(runs);
      RewardLatency latency = new RewardLatency(stage, system);
      latency.measure(plan.warmUp());
      for (int round = 0; round < plan.rounds(); round++) {
        boolean sweepsFirst = round % 2 == 1;
        if (sweepsFirst) {
          besideSweeps(runs, latency);
        }
        alone.add(latency.measure(plan.stretch()));
        if (!sweepsFirst) {
          besideSweeps(runs, latency);
        }
      }
    }
  }

  /** One sweep after the other, for as long as it takes. */
  private void besideSweeps(JobRuns runs, RewardLatency latency)
      throws SQLException, InterruptedException, ExecutionException {
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService sweeper = Executors.newSingleThreadExecutor();
    try {
      Future<Integer> sweeps =
          sweeper.submit(
              () -> {
                int count = 0;
                while (!done.get()) {
                  sweep(runs);
                  count++;
                }
                return count;
              });
      beside.add(latency.measure(plan.stretch()));
      done.set(true);
      sweepsBeside += sweeps.get();
    } finally {
      sweeper.shutdownNow();
    }
  }

  private void sweep(JobRuns runs) {
    sweep(runs, last().customers);
  }

  private Findings last() {
    return all.get(all.size() - 1);
  }

  private void report() {
    report.table(speeds());
    report.table(memory());
    report.table(latencies());
    report.line("%d sweeps ran beside the rewards.".formatted(sweepsBeside));
    Findings most = last();
    long visited = (long) most.customers * plan.passes();
    List<List<String>> cpu =
        Report.cpu(
            "CPU of the sweeps over %,d".formatted(most.customers),
            most.cpu,
            Report.Column.percentOfACore(most.cpu),
            Report.Column.microsPer("customer", visited));
    report.table(cpu);
    most.hotspots.forEach(report::line);
    all.forEach(this::figures);
    report.figure("sweeps_beside_rewards", (long) sweepsBeside);
    report.figure("alone_samples", alone.count());
    report.figure("alone_p50_ms", alone.millis(50));
    report.figure("alone_p99_ms", alone.millis(99));
    report.figure("beside_samples", beside.count());
    report.figure("beside_p50_ms", beside.millis(50));
    report.figure("beside_p99_ms", beside.millis(99));
    report.figure("raw_scan_ratio", most.sweep.perSecond() / most.raw.perSecond());
    report.atLeast("scan_ratio", most.sweep.perSecond() / most.decoded.perSecond(), 0.5);
    report.atMost("reward_p99_ratio", beside.millis(99) / alone.millis(99), 2);
    report.end();
  }

  private List<List<String>> speeds() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "customers",
            "bytes each",
            "restored in s",
            "raw scan/s",
            "decoded scan/s",
            "sweep/s",
            "a sweep in s",
            "look in µs",
            "tell in µs",
            "÷ raw",
            "÷ decoded"));
    for (Findings f : all) {
      rows.add(
          List.of(
              "%,d".formatted(f.customers),
              Report.number((double) f.bytes / f.customers),
              Report.number(f.restoreSeconds),
              Report.number(f.raw.perSecond()),
              Report.number(f.decoded.perSecond()),
              Report.number(f.sweep.perSecond()),
              "%.3f".formatted(f.sweep.seconds() / plan.passes()),
              Report.number(f.lookMicros()),
              Report.number(f.tellMicros()),
              "%.3f".formatted(f.sweep.perSecond() / f.raw.perSecond()),
              "%.3f".formatted(f.sweep.perSecond() / f.decoded.perSecond())));
    }
    return rows;
  }

  private List<List<String>> memory() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of("MB", "live heap before", "after", "resident before", "most meanwhile", "after"));
    for (Findings f : all) {
      rows.add(
          List.of(
              "%,d customers".formatted(f.customers),
              Report.number(f.heapBefore),
              Report.number(f.heapAfter),
              Report.number(f.residentBefore),
              Report.number(f.residentMost),
              Report.number(f.residentAfter)));
    }
    return rows;
  }

  private List<List<String>> latencies() {
    return List.of(
        Report.LATENCY_HEAD,
        Report.latencyRow("rewards at 10/s, nothing else", alone),
        Report.latencyRow("rewards at 10/s, sweeps meanwhile", beside));
  }

  private void figures(Findings f) {
    String at = "_" + f.customers;
    report.figure("state_bytes" + at, f.bytes);
    report.figure("restore_seconds" + at, f.restoreSeconds);
    report.figure("raw_scan_per_second" + at, f.raw.perSecond());
    report.figure("decoded_scan_per_second" + at, f.decoded.perSecond());
    report.figure("sweep_per_second" + at, f.sweep.perSecond());
    report.figure("sweep_seconds" + at, f.sweep.seconds() / plan.passes());
    report.figure("look_micros" + at, f.lookMicros());
    report.figure("tell_micros" + at, f.tellMicros());
    report.figure("heap_before_mb" + at, f.heapBefore);
    report.figure("heap_after_mb" + at, f.heapAfter);
    report.figure("rss_before_mb" + at, f.residentBefore);
    report.figure("rss_most_mb" + at, f.residentMost);
    report.figure("rss_after_mb" + at, f.residentAfter);
  }
}
