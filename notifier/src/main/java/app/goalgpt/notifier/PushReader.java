package app.goalgpt.notifier;

import app.goalgpt.messages.Json;
import app.goalgpt.messages.MalformedMessageException;
import app.goalgpt.messages.Push;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads pushes and hands them to the {@link Sender}, as many as fit; commits the offsets of those
 * that are finished. One thread.
 */
final class PushReader implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(PushReader.class);
  private static final Duration IDLE_POLL = Duration.ofMillis(100);
  private static final Duration FULL_POLL = Duration.ofMillis(5);
  private static final Duration BETWEEN_COMMITS = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final int MOST_RECORDS = 500;

  private final NotifierConfig config;
  private final String topic;
  private final Sender sender;
  private final Outcomes outcomes;
  private final DeliveryHistory history;
  private final NotifierMeters meters;
  private final Timekeeper time;
  private final Consumer<Throwable> onFatal;
  private final CountDownLatch assigned = new CountDownLatch(1);
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Map<TopicPartition, Partition> partitions = new ConcurrentHashMap<>();
  private final Deque<ConsumerRecord<byte[], byte[]>> backlog = new ArrayDeque<>();
  private final Map<TopicPartition, Long> committed = new HashMap<>();
  private volatile boolean isKilled;
  private long committedAt = System.nanoTime();

  /** One partition while it is ours. */
  private record Partition(OffsetTracker offsets, RecentIds sent) {}

  PushReader(
      NotifierConfig config,
      Sender sender,
      Outcomes outcomes,
      NotifierMeters meters,
      Timekeeper time,
      Consumer<Throwable> onFatal) {
    this.config = config;
    this.topic = new Topics(config.kafka(), config.tables()).name(Topic.PUSHES);
    this.sender = sender;
    this.outcomes = outcomes;
    this.history = new DeliveryHistory(config);
    this.meters = meters;
    this.time = time;
    this.onFatal = onFatal;
  }

  /** Opened when it has joined its group, whether or not it was given partitions. */
  CountDownLatch assigned() {
    return assigned;
  }

  /** Finishes what is under way, commits, leaves the group. */
  void stop() {
    stop.countDown();
  }

  /** Stops as if the process had been killed: nothing is waited for, nothing committed. */
  void kill() {
    isKilled = true;
    stop.countDown();
  }

  /** The push's delivery is written: its offset need not be read again. */
  void finished(PushInFlight push) {
    Partition partition = partitions.get(push.partition());
    if (partition != null) {
      partition.offsets().finished(push.offset());
    }
  }

  @Override
  public void run() {
    Duration pause = Duration.ofSeconds(1);
    while (isRunning()) {
      Instant began = time.now();
      try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
        consumer.subscribe(Set.of(topic), new Listener(consumer));
        while (isRunning()) {
          step(consumer);
        }
      } catch (AuthorizationException | AuthenticationException e) {
        onFatal.accept(e);
        return;
      } catch (KafkaException | IllegalStateException e) {
        meters.kafkaTrouble();
        LOG.warn("reading {} begins again: {}", topic, e.getMessage());
        pause =
            Duration.between(began, time.now()).compareTo(LONGEST_PAUSE) > 0
                ? Duration.ofSeconds(1)
                : pause.multipliedBy(2);
        rest(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
      } catch (RuntimeException e) {
        onFatal.accept(e);
        return;
      } finally {
        forget(partitions.keySet());
      }
    }
  }

  private boolean isRunning() {
    return stop.getCount() > 0;
  }

  private void rest(Duration pause) {
    try {
      stop.await(
          (long) (pause.toMillis() * (0.5 + ThreadLocalRandom.current().nextDouble() / 2)),
          TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      kill();
    }
  }

  private void step(KafkaConsumer<byte[], byte[]> consumer) {
    boolean isFull = !backlog.isEmpty();
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(isFull ? FULL_POLL : IDLE_POLL)) {
      Partition partition = partitions.get(new TopicPartition(record.topic(), record.partition()));
      partition.offsets().read(record.offset());
      backlog.add(record);
    }
    while (!backlog.isEmpty() && sender.held() < config.inFlight()) {
      admit(backlog.poll());
    }
    sender.pump();
    if (backlog.isEmpty()) {
      consumer.resume(consumer.paused());
    } else {
      consumer.pause(consumer.assignment());
    }
    if (System.nanoTime() - committedAt > BETWEEN_COMMITS.toNanos()) {
      committedAt = System.nanoTime();
      commitAsync(consumer);
      partitions.values().forEach(partition -> partition.sent().forgetOlder(time.now()));
    }
  }

  private void admit(ConsumerRecord<byte[], byte[]> record) {
    TopicPartition source = new TopicPartition(record.topic(), record.partition());
    Partition partition = partitions.get(source);
    Push push;
    try {
      push = Json.read(record.value(), Push.class);
    } catch (MalformedMessageException e) {
      setAside(record, partition, DeadLetters.cause(e));
      return;
    }
    String problem = DeadLetters.problem(push);
    if (problem != null) {
      setAside(record, partition, problem);
    } else if (!push.reachesSomebody()) {
      partition.offsets().finished(record.offset());
    } else if (partition.sent().contains(push.id()) || isForgotten(push, record)) {
      meters.repeatSkipped();
      partition.offsets().finished(record.offset());
    } else {
      partition.sent().add(push.id(), time.now());
      PushInFlight inFlight = new PushInFlight(push, source, record.offset());
      PushMessage.fault(push)
          .ifPresentOrElse(fault -> sender.reject(inFlight, fault), () -> sender.submit(inFlight));
    }
  }

  /** Past its deadline, and written so long ago that whether it was sent is not remembered. */
  private boolean isForgotten(Push push, ConsumerRecord<byte[], byte[]> record) {
    Instant written = Instant.ofEpochMilli(record.timestamp());
    return push.deadline().isBefore(time.now())
        && written.isBefore(time.now().minus(config.memory()));
  }

  private void setAside(
      ConsumerRecord<byte[], byte[]> record, Partition partition, String problem) {
    outcomes
        .write(DeadLetters.of(record, problem, time.now()))
        .thenRun(() -> partition.offsets().finished(record.offset()));
  }

  private Map<TopicPartition, OffsetAndMetadata> committable(Collection<TopicPartition> which) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (TopicPartition key : which) {
      Partition partition = partitions.get(key);
      if (partition != null) {
        long offset = partition.offsets().committable();
        if (offset != committed.getOrDefault(key, -1L)) {
          offsets.put(key, new OffsetAndMetadata(offset));
        }
      }
    }
    return offsets;
  }

  private void commitAsync(KafkaConsumer<byte[], byte[]> consumer) {
    var offsets = committable(partitions.keySet());
    if (!offsets.isEmpty()) {
      consumer.commitAsync(
          offsets,
          (done, failure) -> {
            if (failure == null) {
              done.forEach((key, value) -> committed.put(key, value.offset()));
            } else {
              LOG.debug("offsets are committed later: {}", failure.getMessage());
            }
          });
    }
  }

  private void forget(Collection<TopicPartition> which) {
    Set<TopicPartition> gone = Set.copyOf(which);
    sender.forget(push -> gone.contains(push.partition()));
    backlog.removeIf(
        record -> gone.contains(new TopicPartition(record.topic(), record.partition())));
    partitions.keySet().removeAll(gone);
    committed.keySet().removeAll(gone);
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    Map<String, Object> properties = new HashMap<>(config.kafka().clientProperties());
    properties.put("group.id", config.groupId());
    properties.put("isolation.level", "read_committed");
    properties.put("enable.auto.commit", false);
    properties.put("auto.offset.reset", "earliest");
    properties.put("max.poll.records", MOST_RECORDS);
    // What waits in the client while reading is paused counts as memory, too.
    properties.put("fetch.max.bytes", 4 * 1024 * 1024);
    properties.put("max.partition.fetch.bytes", 1024 * 1024);
    properties.put("session.timeout.ms", 10_000);
    properties.put("heartbeat.interval.ms", 3_000);
    properties.put("partition.assignment.strategy", CooperativeStickyAssignor.class.getName());
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Partitions come with their memory, and go with their offsets committed. */
  private final class Listener implements ConsumerRebalanceListener {
    private final KafkaConsumer<byte[], byte[]> consumer;

    Listener(KafkaConsumer<byte[], byte[]> consumer) {
      this.consumer = consumer;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> added) {
      for (TopicPartition partition : added) {
        RecentIds sent = history.read(partition.partition(), time.now(), () -> !isRunning());
        long next = consumer.position(partition);
        partitions.put(partition, new Partition(new OffsetTracker(next), sent));
      }
      assigned.countDown();
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> going) {
      if (isKilled) {
        return;
      }
      Set<TopicPartition> gone = Set.copyOf(going);
      sender.forget(push -> gone.contains(push.partition()));
      drain(gone);
      outcomes.flush();
      var offsets = committable(gone);
      if (!offsets.isEmpty()) {
        consumer.commitSync(offsets);
      }
      forget(gone);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> lost) {
      LOG.warn("partitions {} were lost: what was under way may be sent again", lost);
      forget(lost);
    }

    /** The fewer answers are missed, the fewer messages the next owner repeats. */
    private void drain(Set<TopicPartition> gone) {
      long end = System.nanoTime() + config.drain().toNanos();
      while (sender.underWay(push -> gone.contains(push.partition())) > 0
          && System.nanoTime() < end) {
        try {
          Thread.sleep(5);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }
}
