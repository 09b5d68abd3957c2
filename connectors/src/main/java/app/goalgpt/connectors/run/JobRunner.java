package app.goalgpt.connectors.run;

import app.goalgpt.connectors.batch.AwayException;
import app.goalgpt.connectors.batch.BatchConsumer;
import app.goalgpt.connectors.batch.Workplace;
import app.goalgpt.connectors.database.Trouble;
import app.goalgpt.messages.Job;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.MalformedMessageException;
import app.goalgpt.messages.RunProgress;
import app.goalgpt.messages.RunProgress.State;
import app.goalgpt.messages.Tick;
import app.goalgpt.messages.Topic;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works off the ticks of jobs that are done in the database, one at a time. A run that ended well
 * is not run again, whoever sends its tick again; one that failed is. Several may run at the same
 * time: whoever has the ticks' first partition works, another takes over when it stops.
 */
public final class JobRunner implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(JobRunner.class);
  private static final int BATCH = 500;

  private final Workplace workplace;
  private final DataSource database;
  private final RunLog runs;
  private final RunWriter writer;
  private final Map<Job, DatabaseJob> jobs;
  private final Duration heartbeat;
  private final BatchConsumer<Tick> ticks;
  private final ScheduledExecutorService reporter;
  private volatile boolean closing;

  /**
   * @param database connections that do not commit by themselves
   * @param heartbeat how often a job that runs says so
   */
  public JobRunner(
      Workplace workplace,
      DataSource database,
      RunLog runs,
      RunWriter writer,
      Map<Job, DatabaseJob> jobs,
      Duration heartbeat) {
    this.workplace = workplace;
    this.database = database;
    this.runs = runs;
    this.writer = writer;
    this.jobs = Map.copyOf(jobs);
    this.heartbeat = heartbeat;
    this.ticks = workplace.consumer("jobs", BATCH, Map.of(), this::ours, this::workOff);
    this.reporter =
        Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "jobs-report"));
  }

  public void start() {
    ticks.startLongWork(workplace.topics().name(Topic.TICKS));
  }

  /** The tick, when it is for us: of the copies in every partition only the first counts. */
  private Tick ours(ConsumerRecord<byte[], byte[]> record) {
    if (record.partition() != 0) {
      return null;
    }
    Tick tick = Json.read(record.value(), Tick.class);
    if (tick.job() == null || tick.plannedAt() == null) {
      throw new MalformedMessageException("job or plannedAt is missing");
    }
    Job job =
        Job.named(tick.job())
            .orElseThrow(
                () ->
                    new MalformedMessageException(
                        "job is %s: allowed are %s"
                            .formatted(
                                tick.job(),
                                Arrays.stream(Job.values())
                                    .map(Job::specName)
                                    .collect(Collectors.joining(", ")))));
    if (job.worker() != Job.Worker.CONNECTORS) {
      return null;
    }
    if (!jobs.containsKey(job)) {
      throw new MalformedMessageException("nobody here knows how to do " + tick.job());
    }
    return tick;
  }

  private Map<Integer, Tick> workOff(List<Tick> batch) throws SQLException {
    for (Tick tick : batch) {
      try (RunLock lock = RunLock.tryTake(database, tick.runId())) {
        if (lock == null) {
          throw new AwayException(tick.job() + " is at work in another process", null);
        }
        run(tick);
      }
    }
    return Map.of();
  }

  private void run(Tick tick) throws SQLException {
    RunLog.Share known;
    try (Connection connection = database.getConnection()) {
      known = runs.share(connection, tick.runId());
    }
    if (known.done()) {
      log.info("job {} for {} has run: not run again", tick.job(), tick.plannedAt());
      return;
    }
    RunShare share = new RunShare(tick, known, workplace.clock());
    send(share.report(State.RUNNING, null));
    Future<?> beat =
        reporter.scheduleWithFixedDelay(
            () -> send(share.report(State.RUNNING, null)),
            heartbeat.toMillis(),
            heartbeat.toMillis(),
            TimeUnit.MILLISECONDS);
    RunProgress end;
    try {
      end = outcome(tick, share);
    } finally {
      beat.cancel(false);
    }
    // To the topic first: a crash in between runs the job again, which does no harm; a run that the
    // topic's readers never saw end would.
    Workplace.await(send(end));
    writer.take(List.of(end));
  }

  private Future<RecordMetadata> send(RunProgress report) {
    return workplace.send(Topic.RUN_PROGRESS, report.runId(), report);
  }

  /** Does the work; returns the report on its end. */
  private RunProgress outcome(Tick tick, RunShare share) {
    try {
      DatabaseJob job = jobs.get(Job.named(tick.job()).orElseThrow());
      share.items(
          job.run(
              tick,
              items -> {
                share.items(items);
                if (closing) {
                  throw new RunStoppedException();
                }
              }));
      return share.report(State.DONE, null);
    } catch (SQLException e) {
      if (closing || Trouble.passes(e)) {
        throw new AwayException(tick.job() + " begins again: " + Trouble.line(e), e);
      }
      return share.report(State.FAILED, Trouble.line(e));
    } catch (RunStoppedException e) {
      throw new AwayException(tick.job() + ": " + e.getMessage(), e);
    } catch (IllegalStateException e) {
      return share.report(State.FAILED, Trouble.line(e));
    } catch (RuntimeException e) {
      log.error("job {} for {} failed", tick.job(), tick.plannedAt(), e);
      return share.report(State.FAILED, Trouble.line(e));
    }
  }

  /** See {@link BatchConsumer#trouble}. */
  public Optional<String> trouble() {
    return ticks.trouble();
  }

  /** See {@link BatchConsumer#stuck}. */
  public Optional<String> stuck() {
    return ticks.stuck();
  }

  /**
   * Stops; a job that is at work stops at its next word on progress and is begun again elsewhere.
   */
  @Override
  public void close() {
    closing = true;
    ticks.close();
    reporter.shutdownNow();
  }
}
