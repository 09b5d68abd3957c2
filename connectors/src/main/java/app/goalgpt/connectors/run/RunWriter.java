package app.goalgpt.connectors.run;

import app.goalgpt.connectors.batch.BatchConsumer;
import app.goalgpt.connectors.batch.Workplace;
import app.goalgpt.connectors.database.Trouble;
import app.goalgpt.messages.Job;
import app.goalgpt.messages.RunProgress;
import app.goalgpt.messages.Topic;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes job runs: reads {@link Topic#RUN_PROGRESS} and keeps one row of job_execution_logs per
 * run, and each campaign's row, as the shares have it. Closes a run as failed when nothing was
 * heard of it for too long; its end, should it come after all, corrects that. Several may run at
 * the same time.
 */
public final class RunWriter implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RunWriter.class);
  private static final int BATCH = 500;
  private static final int CHECKS_PER_PATIENCE = 10;
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /** Longer than reports are kept on their topic: nothing can bring the run back. */
  private static final Duration MEMORY = Duration.ofDays(40);

  private final Workplace workplace;
  private final DataSource database;
  private final RunLog runs;
  private final Duration patience;
  private final Silence silence;
  private final JobHistory history;
  private final Map<String, Timer> durations = new HashMap<>();
  private final Map<String, Counter> counts = new HashMap<>();
  private final BatchConsumer<RunProgress> reports;
  private final ScheduledExecutorService watch;

  /**
   * @param database connections that do not commit by themselves
   * @param history told anew whenever the runs are looked after
   * @param patience how long a run may be silent before it is given up
   */
  public RunWriter(
      Workplace workplace,
      DataSource database,
      RunLog runs,
      JobHistory history,
      Duration patience) {
    this.history = history;
    this.workplace = workplace;
    this.database = database;
    this.runs = runs;
    this.patience = patience;
    this.silence = new Silence(patience);
    for (String job : JobHistory.JOBS) {
      durations.put(job, workplace.registry().timer("goalgpt.job.duration", Job.TAG, job));
      for (String status : List.of("success", "failed")) {
        counts.put(
            job + status,
            workplace.registry().counter("goalgpt.job.runs", Job.TAG, job, "status", status));
      }
    }
    this.reports =
        workplace.consumer(
            "job-runs", BATCH, Map.of(), record -> Reports.read(record.value()), this::take);
    this.watch =
        Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "job-runs-watch"));
  }

  /** Starts to write, and to watch. */
  public void start() {
    reports.start(workplace.topics().name(Topic.RUN_PROGRESS));
    long pause = Math.min(LONGEST_PAUSE.toMillis(), patience.toMillis() / CHECKS_PER_PATIENCE);
    watch.scheduleWithFixedDelay(this::watch, 0, pause, TimeUnit.MILLISECONDS);
  }

  /** Takes reports in now; the same may come again by the topic. */
  Map<Integer, RunProgress> take(List<RunProgress> batch) throws SQLException {
    try (Connection connection = database.getConnection()) {
      runs.take(connection, batch).forEach(this::tell);
      return Map.of();
    }
  }

  private void watch() {
    Instant now = workplace.clock().instant();
    try (Connection connection = database.getConnection()) {
      List<UUID> silent = silence.of(runs.open(connection), now);
      if (!silent.isEmpty()) {
        runs.giveUp(connection, silent, now, patience).forEach(this::tell);
      }
      history.read(connection);
      runs.forget(connection, now.minus(MEMORY));
    } catch (SQLException | RuntimeException e) {
      silence.startOver();
      log.warn("job runs cannot be watched now: {}", Trouble.line(e));
    }
  }

  private void tell(RunChange change) {
    if (!change.isTurn()) {
      return;
    }
    if (change.durationMs() == null) {
      log.info("job {} runs ({})", change.job(), change.runId());
      return;
    }
    if (durations.containsKey(change.job())) {
      counts.get(change.job() + change.status()).increment();
      durations.get(change.job()).record(Duration.ofMillis(change.durationMs()));
    }
    String line = "job {}: {}, {} items in {} ms ({}){}";
    Object[] values = {
      change.job(),
      change.status(),
      change.items(),
      change.durationMs(),
      change.runId(),
      change.error() == null ? "" : ": " + change.error()
    };
    if (change.status().equals("failed")) {
      log.warn(line, values);
    } else {
      log.info(line, values);
    }
  }

  /** See {@link BatchConsumer#trouble}. */
  public Optional<String> trouble() {
    return reports.trouble();
  }

  /** See {@link BatchConsumer#stuck}. */
  public Optional<String> stuck() {
    return reports.stuck();
  }

  @Override
  public void close() {
    watch.shutdownNow();
    reports.close();
  }
}
