package app.goalgpt.benchmarks;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code ./goalgpt bench NAME}: what the system costs (docs/benchmarks.md says what is measured).
 */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures this system beside the bare floor on this machine; docs/benchmarks.md says how.",
      "Prints a table for people, and all figures as one line of JSON at the end."
    })
public final class Bench {
  private static final String QUICK = "Tiny, in seconds: to see that it works, not to measure.";
  private static final String ROUNDS = "How often each is measured (default: ${DEFAULT-VALUE}).";
  private static final String PROFILE = "Sample where this JVM's time goes, and print it.";

  private final PrintStream out;

  private Bench(PrintStream out) {
    this.out = out;
  }

  public static void main(String[] arguments) {
    Locale.setDefault(Locale.Category.FORMAT, Locale.US); // as ./goalgpt's other commands
    System.setProperty("logback.configurationFile", "app/goalgpt/benchmarks/logback.xml");
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.exit(run(out, arguments));
  }

  /**
   * @param out where the tables and the JSON go
   * @return the exit status
   */
  static int run(PrintStream out, String... arguments) {
    CommandLine line = new CommandLine(new Bench(out));
    return line.execute(arguments);
  }

  @Command(
      description = "From a row's commit to its settled reward and its push, at 10/s and 500/s.")
  int latency(
      @Option(names = "--quick", description = QUICK) boolean quick,
      @Option(names = "--rounds", description = ROUNDS, defaultValue = "2") int rounds)
      throws Exception {
    LatencyBenchmark.Plan plan =
        quick ? LatencyBenchmark.Plan.QUICK : LatencyBenchmark.Plan.DEFAULT.rounds(rounds);
    new LatencyBenchmark(plan, new Report(out, "latency")).run();
    return CommandLine.ExitCode.OK;
  }

  @Command(description = "A backlog of 200,000 single-row transactions, drained.")
  int drain(
      @Option(names = "--quick", description = QUICK) boolean quick,
      @Option(names = "--rounds", description = ROUNDS, defaultValue = "2") int rounds,
      @Option(names = "--profile", description = PROFILE) boolean profile)
      throws Exception {
    DrainBenchmark.Plan plan =
        quick ? DrainBenchmark.Plan.QUICK : DrainBenchmark.Plan.DEFAULT.rounds(rounds);
    new DrainBenchmark(plan, profile, new Report(out, "drain")).run();
    return CommandLine.ExitCode.OK;
  }

  @Command(description = "A first start that owes 150,000 rewards.")
  int backfill(
      @Option(names = "--quick", description = QUICK) boolean quick,
      @Option(names = "--profile", description = PROFILE) boolean profile)
      throws Exception {
    BackfillBenchmark.Plan plan =
        quick ? BackfillBenchmark.Plan.QUICK : BackfillBenchmark.Plan.DEFAULT;
    new BackfillBenchmark(plan, profile, new Report(out, "backfill")).run();
    return CommandLine.ExitCode.OK;
  }

  @Command(description = "The polling jobs that this system takes the place of, beside it.")
  int polling(@Option(names = "--quick", description = QUICK) boolean quick) throws Exception {
    PollingBenchmark.Plan plan =
        quick ? PollingBenchmark.Plan.QUICK : PollingBenchmark.Plan.DEFAULT;
    new PollingBenchmark(plan, new Report(out, "polling")).run();
    return CommandLine.ExitCode.OK;
  }

  @Command(description = "A job over 1,000,000 customers, beside a bare scan of their store.")
  int sweep(
      @Option(names = "--quick", description = QUICK) boolean quick,
      @Option(names = "--profile", description = PROFILE) boolean profile)
      throws Exception {
    SweepBenchmark.Plan plan = quick ? SweepBenchmark.Plan.QUICK : SweepBenchmark.Plan.DEFAULT;
    new SweepBenchmark(plan, profile, new Report(out, "sweep")).run();
    return CommandLine.ExitCode.OK;
  }

  @Command(description = "1,000,000 old rows moved to their archive while rewards are settled.")
  int housekeeping(@Option(names = "--quick", description = QUICK) boolean quick) throws Exception {
    HousekeepingBenchmark.Plan plan =
        quick ? HousekeepingBenchmark.Plan.QUICK : HousekeepingBenchmark.Plan.DEFAULT;
    new HousekeepingBenchmark(plan, new Report(out, "housekeeping")).run();
    return CommandLine.ExitCode.OK;
  }

  @Command(description = "Pushes a second beside a bare client; a reward in a campaign's middle.")
  int push(@Option(names = "--quick", description = QUICK) boolean quick) throws Exception {
    PushBenchmark.Plan plan = quick ? PushBenchmark.Plan.QUICK : PushBenchmark.Plan.DEFAULT;
    new PushBenchmark(plan, new Report(out, "push")).run();
    return CommandLine.ExitCode.OK;
  }
}
