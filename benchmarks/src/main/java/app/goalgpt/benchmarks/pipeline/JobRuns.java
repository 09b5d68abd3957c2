package app.goalgpt.benchmarks.pipeline;

import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Job;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.RunProgress;
import app.goalgpt.messages.Tick;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import app.goalgpt.scheduler.SchedulerBridgeConfig;
import app.goalgpt.scheduler.TickByHand;
import app.goalgpt.settings.KafkaConfig;
import app.goalgpt.settings.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Starts job runs by ticks, as a person does, and follows them by what they report. */
public final class JobRuns implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(20);

  private final SchedulerBridgeConfig config;
  private final KafkaConsumer<byte[], byte[]> reports;

  /**
   * @param items what all shares together did
   * @param seconds from the moment at which the first share began to the moment at which the last
   *     one's end was committed and read
   */
  public record Run(long items, double seconds) {}

  private JobRuns(Settings settings) {
    config = SchedulerBridgeConfig.from(settings);
    KafkaConfig kafka = KafkaConfig.from(settings);
    Topics topics = new Topics(kafka, AppTables.from(settings));
    topics.ensure();
    Map<String, Object> properties = new HashMap<>(kafka.clientProperties());
    properties.put("isolation.level", "read_committed");
    properties.put("auto.offset.reset", "latest");
    reports =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        IntStream.range(0, kafka.partitions())
            .mapToObj(p -> new TopicPartition(topics.name(Topic.RUN_PROGRESS), p))
            .toList();
    reports.assign(partitions);
    reports.seekToEnd(partitions);
    partitions.forEach(reports::position);
  }

  public static JobRuns of(Stage stage) {
    return new JobRuns(stage.settings());
  }

  /**
   * Sends the tick and waits for the run's end.
   *
   * @throws IllegalStateException when it fails, or takes longer than that
   */
  public Run run(Job job, Instant plannedAt, Duration atMost) {
    Tick tick = TickByHand.send(config, job, plannedAt);
    Map<Integer, RunProgress> shares = new HashMap<>();
    long deadline = System.nanoTime() + atMost.toNanos();
    while (System.nanoTime() < deadline) {
      for (ConsumerRecord<byte[], byte[]> record : reports.poll(POLL)) {
        keep(Json.read(record.value(), RunProgress.class), tick.runId(), shares);
      }
      if (isOver(shares)) {
        return run(shares, Instant.now());
      }
    }
    throw new IllegalStateException(
        "after %s the run of %s for %s has come to %s"
            .formatted(atMost, job.specName(), plannedAt, shares.values()));
  }

  private static void keep(RunProgress report, UUID runId, Map<Integer, RunProgress> shares) {
    if (!report.runId().equals(runId)) {
      return;
    }
    if (report.error() != null) {
      throw new IllegalStateException(report.job() + ": " + report.error());
    }
    shares.put(report.partition(), report);
  }

  private static boolean isOver(Map<Integer, RunProgress> shares) {
    return !shares.isEmpty()
        && shares.size() == shares.values().iterator().next().partitions()
        && shares.values().stream().allMatch(s -> s.state() == RunProgress.State.DONE);
  }

  private static Run run(Map<Integer, RunProgress> shares, Instant end) {
    Instant begin =
        shares.values().stream().map(RunProgress::startedAt).min(Instant::compareTo).orElseThrow();
    return new Run(
        shares.values().stream().mapToLong(RunProgress::items).sum(),
        Duration.between(begin, end).toNanos() / 1e9);
  }

  @Override
  public void close() {
    reports.close();
  }
}
