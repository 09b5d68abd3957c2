package app.goalgpt.connectors.batch;

import app.goalgpt.connectors.database.Trouble;
import app.goalgpt.messages.GroupHeartbeat;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.RetryPolicy;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a topic and has each batch worked off before the next one. Offsets are committed
 * afterwards, so nothing is lost; what is read twice, the work must recognise. While the database
 * is away it stays in its group, polling with its partitions paused, and tries again without end.
 * What the work wants to be asked again later waits aside.
 */
public final class BatchConsumer<T> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BatchConsumer.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration POLL_WHILE_WAITING = Duration.ofMillis(50);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  /** Longer than any statement may take; longer work polls meanwhile. */
  private static final Duration LONGEST_TURN = Duration.ofMinutes(10);

  private static final Duration COMMIT_LIMIT = Duration.ofSeconds(5);

  private final String name;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaClientMetrics clientMetrics;
  private final Function<ConsumerRecord<byte[], byte[]>, T> parse;
  private final Batch.Work<T> work;
  private final DeadLetters deadLetters;
  private final Consumer<Throwable> onFatal;
  private final AtomicBoolean waiting = new AtomicBoolean();
  private boolean longWork;
  private boolean paused;
  private final ScheduledExecutorService retries;
  private final FailsafeExecutor<Object> retrying;
  private final Thread thread;
  private final Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
  private final Postponed<T> postponed = new Postponed<>();
  private final AtomicInteger postponedNow = new AtomicInteger();
  private volatile long turnedAt = System.nanoTime();
  private volatile boolean closing;

  /**
   * @param name what it is called in logs, metrics and its group
   * @param properties the consumer's, from {@link #properties}
   * @param parse what a record says; null for one that is not for us; throws {@link
   *     app.goalgpt.messages.MalformedMessageException} for one that is to be set aside
   */
  public BatchConsumer(
      String name,
      Map<String, Object> properties,
      Function<ConsumerRecord<byte[], byte[]>, T> parse,
      Batch.Work<T> work,
      DeadLetters deadLetters,
      MeterRegistry registry,
      Consumer<Throwable> onFatal) {
    this.name = name;
    this.parse = parse;
    this.work = work;
    this.deadLetters = deadLetters;
    this.onFatal = onFatal;
    this.consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.clientMetrics = new KafkaClientMetrics(consumer);
    clientMetrics.bindTo(registry);
    registry.gauge(
        "goalgpt.ledger.waiting", Tags.of("consumer", name), waiting, flag -> flag.get() ? 1 : 0);
    registry.gauge("goalgpt.ledger.postponed", Tags.of("consumer", name), postponedNow);
    this.retries =
        Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, name + "-retry"));
    this.retrying = Failsafe.with(untilItWorks()).with(retries);
    this.thread = new Thread(this::run, name);
  }

  /** What every such consumer is told. */
  public static Map<String, Object> properties(
      Map<String, Object> client, String group, int batch) {
    Map<String, Object> properties = new HashMap<>(client);
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, group);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, batch);
    // A killed instance's partitions are taken over after the session's time, a leaving one's
    // within a
    // heartbeat.
    properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
    properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1_000);
    properties.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    return properties;
  }

  /** Starts to read, for work that takes no longer than a poll may be away. */
  public void start(String... topics) {
    consumer.subscribe(List.of(topics), new Handover());
    thread.start();
  }

  /**
   * Starts to read, for work that may take hours: one record at a time, on a thread of its own,
   * while this consumer stays in its group.
   */
  public void startLongWork(String... topics) {
    longWork = true;
    start(topics);
  }

  /** Why it gets nowhere now; empty when it does. */
  public Optional<String> trouble() {
    return waiting.get()
        ? Optional.of(name + " waits for the database")
        : GroupHeartbeat.trouble(consumer.metrics()).map(trouble -> name + ": " + trouble);
  }

  /** Why it never will go on; empty otherwise. */
  public Optional<String> stuck() {
    Duration still = Duration.ofNanos(System.nanoTime() - turnedAt);
    if (thread.getState() == Thread.State.TERMINATED) {
      return Optional.of(name + " has ended");
    }
    return still.compareTo(LONGEST_TURN) > 0
        ? Optional.of("%s is at the same batch for %d s".formatted(name, still.toSeconds()))
        : Optional.empty();
  }

  private RetryPolicy<Object> untilItWorks() {
    return RetryPolicy.builder()
        .handle(AwayException.class)
        .withMaxRetries(-1)
        .withBackoff(Duration.ofMillis(100), Duration.ofSeconds(5))
        .withJitter(0.25)
        .onRetryScheduled(
            event -> {
              waiting.set(true);
              log.warn(
                  "{}: waiting, attempt {} failed: {}",
                  name,
                  event.getAttemptCount(),
                  event.getLastException().getMessage());
            })
        .build();
  }

  private void run() {
    try {
      while (!closing) {
        turnedAt = System.nanoTime();
        pause(postponed.isFull());
        ConsumerRecords<byte[], byte[]> records =
            consumer.poll(postponed.untilDue(System.nanoTime(), POLL));
        List<Batch.Item<T>> due = postponed.due(System.nanoTime());
        if (!records.isEmpty() || !due.isEmpty()) {
          workOff(records, due);
        }
      }
      commit(postponed.bound(done));
    } catch (WakeupException e) {
      commit(postponed.bound(done));
    } catch (RuntimeException | Error e) {
      if (closing) {
        // What was being retried was cut off; its offsets are not committed.
        log.info("{} stops while it waits: {}", name, Trouble.line(e));
      } else {
        log.error("{} stops: {}", name, Trouble.line(e), e);
        onFatal.accept(e);
      }
    } finally {
      consumer.close();
    }
  }

  private void workOff(ConsumerRecords<byte[], byte[]> records, List<Batch.Item<T>> due) {
    Batch<T> batch = new Batch<>(records, due, parse, longWork ? 1 : Integer.MAX_VALUE);
    workOff(batch);
    postponed.tried(due, batch.later(), System.nanoTime());
    postponed.keepOnly(consumer.assignment());
    postponedNow.set(postponed.size());
    done.putAll(records.nextOffsets());
    done.keySet().retainAll(consumer.assignment());
    consumer.commitAsync(postponed.bound(done), this::committed);
  }

  private void workOff(Batch<T> batch) {
    if (batch.isEmpty()) {
      return;
    }
    if (longWork) {
      workOffWhilePolling(batch);
      return;
    }
    try {
      batch.workOff(work, deadLetters);
    } catch (AwayException e) {
      log.warn("{}: waiting: {}", name, e.getMessage());
      waiting.set(true);
      workOffWhilePolling(batch);
    }
  }

  private void pause(boolean pause) {
    if (pause == paused) {
      return;
    }
    paused = pause;
    if (pause) {
      consumer.pause(consumer.assignment());
    } else {
      consumer.resume(consumer.assignment());
    }
  }

  private void workOffWhilePolling(Batch<T> batch) {
    pause(true);
    CompletableFuture<Void> result = retrying.runAsync(() -> batch.workOff(work, deadLetters));
    try {
      while (!result.isDone()) {
        consumer.poll(POLL_WHILE_WAITING);
        turnedAt = System.nanoTime();
      }
      result.join();
      if (waiting.get()) {
        log.info("{}: goes on", name);
      }
    } finally {
      result.cancel(true);
      waiting.set(false);
      pause(false);
    }
  }

  private void committed(Map<TopicPartition, OffsetAndMetadata> offsets, Exception e) {
    if (e != null) {
      log.info("{}: offsets not committed, the next ones will be: {}", name, Trouble.line(e));
    }
  }

  private void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
    try {
      if (!offsets.isEmpty()) {
        consumer.commitSync(offsets, COMMIT_LIMIT);
      }
    } catch (CommitFailedException | WakeupException e) {
      log.info("{}: partitions were taken over before their offsets were committed", name);
    } catch (KafkaException e) {
      log.info(
          "{}: offsets not committed, the records will be read again: {}", name, Trouble.line(e));
    }
  }

  @Override
  public void close() {
    closing = true;
    consumer.wakeup();
    retries.shutdownNow();
    try {
      if (thread != Thread.currentThread()) {
        thread.join(CLOSE_LIMIT.toMillis());
        retries.awaitTermination(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    clientMetrics.close();
  }

  /** Gives partitions away with their offsets committed; takes new ones paused while it works. */
  private final class Handover implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      Map<TopicPartition, OffsetAndMetadata> leaving = postponed.bound(done);
      leaving.keySet().retainAll(partitions);
      commit(leaving);
      done.keySet().removeAll(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      done.keySet().removeAll(partitions);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      if (paused) {
        consumer.pause(partitions);
      }
    }
  }
}
