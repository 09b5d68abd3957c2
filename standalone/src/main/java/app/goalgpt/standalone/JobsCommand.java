package app.goalgpt.standalone;

import app.goalgpt.connectors.queries.JobRun;
import app.goalgpt.connectors.queries.RunQueries;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Job;
import app.goalgpt.scheduler.JobOverview;
import app.goalgpt.scheduler.SchedulerBridgeConfig;
import app.goalgpt.settings.DatabaseConfig;
import app.goalgpt.settings.Settings;
import app.goalgpt.standalone.demo.Terminal;
import app.goalgpt.standalone.platform.Databases;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;

@Command(
    name = "jobs",
    description = "Lists the jobs: when they are due, how their last run went, when the next is.",
    footer = {
      "",
      "Last runs are read from the database that DATABASE_URL names; what is due, from the broker."
          + " Times are of each job's zone. Changes nothing."
    },
    mixinStandardHelpOptions = true)
final class JobsCommand implements Callable<Integer> {
  private final Map<String, String> environment;
  private final List<String> notes = new ArrayList<>();

  JobsCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    Settings settings = Settings.of(environment);
    SchedulerBridgeConfig config = SchedulerBridgeConfig.from(settings);
    Instant now = Instant.now();
    Map<String, JobRun> runs = lastRuns(settings);
    List<JobOverview> jobs = overview(config, now);
    Terminal terminal = Terminal.standardOutput(environment);
    JobLines.of(jobs, runs).forEach(terminal::line);
    notes.forEach(terminal::line);
    return ExitStatus.OK;
  }

  private Map<String, JobRun> lastRuns(Settings settings) {
    if (settings.text("DATABASE_URL").isEmpty()) {
      notes.add("DATABASE_URL is not set: last runs are not shown.");
      return Map.of();
    }
    DatabaseConfig database = DatabaseConfig.from(settings);
    try (Connection connection = Databases.of(database).getConnection()) {
      Map<String, JobRun> last = new HashMap<>();
      new RunQueries(AppTables.from(settings))
          .recent(connection, Arrays.stream(Job.values()).map(Job::specName).toList(), 1)
          .forEach((job, runs) -> last.put(job, runs.get(0)));
      return last;
    } catch (SQLException e) {
      notes.add("Last runs are not known: " + e.getMessage().lines().findFirst().orElse(""));
      return Map.of();
    }
  }

  private List<JobOverview> overview(SchedulerBridgeConfig config, Instant now) {
    try {
      return JobOverview.all(config, now);
    } catch (KafkaException e) {
      notes.add(
          "Whether something is overdue is not known, the broker at %s does not answer: %s"
              .formatted(config.kafka().bootstrapServers(), e.getMessage()));
      return JobOverview.planned(config, now);
    }
  }
}
