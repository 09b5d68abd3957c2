package app.goalgpt.standalone;

import app.goalgpt.settings.BusinessTime;
import app.goalgpt.settings.SettingException;
import app.goalgpt.settings.Settings;
import app.goalgpt.standalone.demo.Demo;
import app.goalgpt.standalone.demo.Terminal;
import app.goalgpt.standalone.platform.Monitoring;
import app.goalgpt.standalone.platform.MonitoringConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "demo",
    description = "Everything in one process: Postgres, Kafka, the app's customers and traffic.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DemoCommand implements Callable<Integer> {
  private final Map<String, String> environment;
  private final StopSignal stop;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      description = "How long the traffic runs (60s, 5m); without it, until Ctrl-C.")
  private String length;

  @Option(
      names = "--customers",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Customers at the start (10 to 1000000; default ${DEFAULT-VALUE}).")
  private int customers;

  @Option(
      names = "--comments",
      paramLabel = "N",
      defaultValue = "8",
      description = "Comments that a customer has written, on average (default ${DEFAULT-VALUE}).")
  private double comments;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "20",
      description = "Transactions of the app per second (0 to 2000; default ${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--clock",
      paramLabel = "TIME",
      description = {
        "What time it is for jobs, campaigns and days when the traffic begins: 20:55,"
            + " 2026-11-22T20:55 (both in BUSINESS_ZONE), 2026-11-22T17:55:00Z, or now. Without it,"
            + " 19:58 of today, just before the evening's jobs; with --data, where it stood last time."
      })
  private String clock;

  @Option(
      names = "--speed",
      paramLabel = "N",
      defaultValue = "900",
      description =
          "How fast that clock runs: 1 is as it is, 900 an hour in four seconds (1 to 3600; default"
              + " ${DEFAULT-VALUE}). Rewards keep the machine's time.")
  private double speed;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Equal seeds make equal customers and traffic (default ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "Keeps the data there and goes on with it; without it nothing is kept.")
  private Path folder;

  DemoCommand(Map<String, String> environment, StopSignal stop) {
    this.environment = environment;
    this.stop = stop;
  }

  @Override
  public Integer call() throws Exception {
    Duration duration =
        length == null
            ? null
            : Settings.of(Map.of("--for", length))
                .duration("--for", null, Duration.ofSeconds(1), Duration.ofDays(30));
    require(customers >= 10 && customers <= 1_000_000, "--customers", customers, "10 to 1000000");
    require(comments >= 0 && comments <= 1_000, "--comments", comments, "0 to 1000");
    require(rate >= 0 && rate <= 2_000, "--rate", rate, "0 to 2000 a second");
    require(speed >= 1 && speed <= 3_600, "--speed", speed, "1 to 3600");
    ZoneId zone = BusinessTime.zone(Settings.of(environment));
    Instant start = clock == null ? null : ClockTime.parse(clock, zone, Instant.now());
    Demo.Options options =
        new Demo.Options(duration, customers, comments, rate, seed, folder, start, speed);
    Terminal terminal = Terminal.standardOutput(environment);
    try (Monitoring monitoring =
        Monitoring.start(MonitoringConfig.from(Settings.of(environment)))) {
      Demo demo = new Demo(options, environment, terminal, monitoring, stop);
      return demo.run() ? ExitStatus.OK : ExitStatus.DIFFERS;
    }
  }

  private static void require(boolean holds, String option, Object value, String allowed) {
    if (!holds) {
      throw new SettingException(option, value.toString(), allowed);
    }
  }
}
