package app.goalgpt.standalone;

import app.goalgpt.messages.Job;
import app.goalgpt.messages.Tick;
import app.goalgpt.scheduler.JobOverview;
import app.goalgpt.scheduler.SchedulerBridgeConfig;
import app.goalgpt.scheduler.TickByHand;
import app.goalgpt.settings.SettingException;
import app.goalgpt.settings.Settings;
import app.goalgpt.standalone.demo.Terminal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "tick",
    description = "Sends one tick of a job by hand. The schedule goes on as if it had not been.",
    footer = {
      "",
      "A tick's identity is its job and its instant: the same one again has no second effect, be it"
          + " sent by hand or by the schedule. Jobs that are off run too."
    },
    mixinStandardHelpOptions = true)
final class TickCommand implements Callable<Integer> {
  private static final String JOBS =
      Arrays.stream(Job.values()).map(Job::specName).collect(Collectors.joining(", "));
  private static final String INSTANTS =
      "an instant (2026-11-21T19:00:00Z, 2026-11-21T22:00+03:00) or a time in the job's zone"
          + " (2026-11-21T22:00)";

  private final Map<String, String> environment;

  @Parameters(paramLabel = "JOB", description = "Such as streak-break-warnings; goalgpt jobs.")
  private String job;

  @Option(
      names = "--at",
      paramLabel = "INSTANT",
      description =
          "As of when the job computes: an instant, or a time in the job's zone. Without it, the"
              + " minute that has begun.")
  private String at;

  TickCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    Job named =
        Job.named(job).orElseThrow(() -> new SettingException("JOB", job, "one of " + JOBS));
    SchedulerBridgeConfig config = SchedulerBridgeConfig.from(Settings.of(environment));
    Instant plannedAt =
        at == null ? Instant.now().truncatedTo(ChronoUnit.MINUTES) : instant(config, named);
    Tick tick = TickByHand.send(config, named, plannedAt);
    Terminal.standardOutput(environment)
        .line("%s for %s: tick sent, run %s".formatted(job, plannedAt, tick.runId()));
    return ExitStatus.OK;
  }

  private Instant instant(SchedulerBridgeConfig config, Job named) {
    try {
      return OffsetDateTime.parse(at).toInstant();
    } catch (DateTimeException withoutOffset) {
      try {
        return JobOverview.resolve(config, named, LocalDateTime.parse(at));
      } catch (DateTimeException e) {
        throw new SettingException("--at", at, INSTANTS);
      }
    }
  }
}
