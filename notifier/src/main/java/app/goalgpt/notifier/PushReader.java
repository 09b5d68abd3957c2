package app.goalgpt.notifier;

import app.goalgpt.messages.GroupHeartbeat;
import app.goalgpt.messages.MalformedMessageException;
import app.goalgpt.messages.Push;
import app.goalgpt.messages.PushJson;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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
 * Reads pushes and hands them to the {@link Sender}, of each lane as many as fit; commits the
 * offsets of those that are finished. A lane that is full is paused, the others go on. One thread.
 */
final class PushReader implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(PushReader.class);
  private static final Duration IDLE_POLL = Duration.ofMillis(100);
  private static final Duration FULL_POLL = Duration.ofMillis(5);
  private static final Duration BETWEEN_COMMITS = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final int MOST_RECORDS = 500;

  /** How long a fetch without the lanes that were full may hold up one with them. */
  private static final int FETCH_WAIT = 50; // ms

  private final NotifierConfig config;
  private final Map<String, Push.Lane> lanes = new HashMap<>();
  private final Sender sender;
  private final Outcomes outcomes;
  private final DeliveryHistory history;
  private final NotifierMeters meters;
  private final Timekeeper time;
  private final Consumer<Throwable> onFatal;
  private final CountDownLatch assigned = new CountDownLatch(1);
  private final CountDownLatch stop = new CountDownLatch(1);
  private final OwnedPartitions partitions = new OwnedPartitions();
  private final Map<Push.Lane, Deque<ConsumerRecord<byte[], byte[]>>> backlogs =
      new EnumMap<>(Push.Lane.class);
  private volatile KafkaConsumer<byte[], byte[]> member;
  private volatile boolean isKilled;
  private boolean isCutTold;
  private long committedAt = System.nanoTime();

  PushReader(
      NotifierConfig config,
      Sender sender,
      Outcomes outcomes,
      NotifierMeters meters,
      Timekeeper time,
      Consumer<Throwable> onFatal) {
    this.config = config;
    this.sender = sender;
    this.outcomes = outcomes;
    this.history = new DeliveryHistory(config);
    this.meters = meters;
    this.time = time;
    this.onFatal = onFatal;
    Topics topics = new Topics(config.kafka(), config.tables());
    for (Push.Lane lane : Push.Lane.values()) {
      lanes.put(topics.name(Topic.pushes(lane)), lane);
      backlogs.put(lane, new ArrayDeque<>());
    }
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
    partitions.finished(push.partition(), push.offset());
  }

  @Override
  public void run() {
    Duration pause = Duration.ofSeconds(1);
    while (isRunning()) {
      Instant began = time.now();
      try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
        read(consumer);
      } catch (AuthorizationException | AuthenticationException e) {
        onFatal.accept(e);
        return;
      } catch (KafkaException | IllegalStateException e) {
        meters.kafkaTrouble();
        LOG.warn("reading pushes begins again: {}", e.getMessage());
        pause =
            Duration.between(began, time.now()).compareTo(LONGEST_PAUSE) > 0
                ? Duration.ofSeconds(1)
                : pause.multipliedBy(2);
        rest(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
      } catch (RuntimeException e) {
        onFatal.accept(e);
        return;
      } finally {
        member = null;
        forget(partitions.all());
      }
    }
  }

  private void read(KafkaConsumer<byte[], byte[]> consumer) {
    KafkaClientMetrics watch = meters.watch(consumer);
    try {
      member = consumer;
      consumer.subscribe(lanes.keySet(), new Listener(consumer));
      while (isRunning()) {
        step(consumer);
      }
    } finally {
      watch.close();
    }
  }

  /** Why no push is read now; empty when what comes is. */
  Optional<String> trouble() {
    KafkaConsumer<byte[], byte[]> reading = member;
    return reading == null
        ? Optional.of("pushes are not read: Kafka is away")
        : GroupHeartbeat.trouble(reading.metrics());
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
    boolean isFull =
        backlogs.entrySet().stream()
            .anyMatch(lane -> !lane.getValue().isEmpty() && !sender.isWaiting(lane.getKey()));
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(isFull ? FULL_POLL : IDLE_POLL)) {
      if (partitions.get(source(record)).offsets().read(record.offset())) {
        backlogs.get(lanes.get(record.topic())).add(record);
      } else {
        meters.repeatSkipped();
      }
    }
    backlogs.forEach(this::admit);
    steer(consumer);
    if (System.nanoTime() - committedAt > BETWEEN_COMMITS.toNanos()) {
      committedAt = System.nanoTime();
      commitAsync(consumer);
      partitions.all().forEach(key -> forgetOlder(partitions.get(key).memory()));
    }
  }

  private void forgetOlder(SlotMemory memory) {
    memory.forgetOlder(time.now());
    if (memory.isCut() && !isCutTold) {
      isCutTold = true;
      LOG.info(
          "more than {} pushes within {}: the oldest are not remembered any more",
          config.memoryPushes(),
          config.memory());
    }
  }

  /** Reading goes on in the lanes that have room. */
  private void steer(KafkaConsumer<byte[], byte[]> consumer) {
    Set<TopicPartition> full =
        consumer.assignment().stream()
            .filter(partition -> !backlogs.get(lanes.get(partition.topic())).isEmpty())
            .collect(Collectors.toSet());
    Set<TopicPartition> free = new HashSet<>(consumer.paused());
    free.removeAll(full);
    consumer.resume(free);
    consumer.pause(full);
  }

  private static TopicPartition source(ConsumerRecord<?, ?> record) {
    return new TopicPartition(record.topic(), record.partition());
  }

  /** Hands over what fits: first it is written that it was taken up, then it is sent. */
  private void admit(Push.Lane lane, Deque<ConsumerRecord<byte[], byte[]>> backlog) {
    Map<TopicPartition, List<PushInFlight>> taken = new HashMap<>();
    int room = sender.room(lane, config.inFlight());
    while (!backlog.isEmpty() && room > 0) {
      ConsumerRecord<byte[], byte[]> record = backlog.poll();
      PushInFlight push = read(record);
      if (push != null) {
        room -= push.open();
        taken.computeIfAbsent(push.partition(), any -> new ArrayList<>()).add(push);
      }
    }
    taken.forEach(
        (partition, pushes) -> {
          long before = pushes.get(pushes.size() - 1).offset() + 1;
          sender.submit(pushes, outcomes.taken(partition, before));
        });
  }

  /** The record as a push to send; null when nothing is to be sent. */
  private PushInFlight read(ConsumerRecord<byte[], byte[]> record) {
    TopicPartition source = source(record);
    Push push;
    try {
      push = PushJson.read(record.value());
    } catch (MalformedMessageException e) {
      setAside(record, DeadLetters.cause(e));
      return null;
    }
    SlotMemory memory = partitions.get(source).memory();
    String problem = DeadLetters.problem(push);
    if (problem != null) {
      setAside(record, problem);
    } else if (!push.reachesSomebody()) {
      partitions.finished(source, record.offset());
    } else if (memory.isDone(push.id()) || isForgotten(push, record)) {
      meters.repeatSkipped();
      partitions.finished(source, record.offset());
    } else {
      memory.add(push.id(), time.now());
      boolean isTooMany = memory.isTooMany(push, time.now());
      PushInFlight inFlight =
          new PushInFlight(
              push,
              source,
              record.offset(),
              memory.answersOf(push.id()),
              memory.mayHaveBeenSent(record.topic(), record.offset()));
      Optional<String> fault = PushMessage.fault(push);
      if (isTooMany) {
        sender.withhold(inFlight);
      } else if (fault.isPresent()) {
        sender.reject(inFlight, fault.get());
      } else {
        return inFlight;
      }
    }
    return null;
  }

  /** Past its deadline, and written so long ago that whether it was sent is not remembered. */
  private boolean isForgotten(Push push, ConsumerRecord<byte[], byte[]> record) {
    Instant written = Instant.ofEpochMilli(record.timestamp());
    return push.deadline().isBefore(time.now())
        && written.isBefore(time.now().minus(config.memory()));
  }

  private void setAside(ConsumerRecord<byte[], byte[]> record, String problem) {
    outcomes
        .write(DeadLetters.of(record, problem, time.now()))
        .thenRun(() -> partitions.finished(source(record), record.offset()));
  }

  private void commitAsync(KafkaConsumer<byte[], byte[]> consumer) {
    var offsets = partitions.committable(partitions.all());
    if (!offsets.isEmpty()) {
      consumer.commitAsync(
          offsets,
          (done, failure) -> {
            if (failure == null) {
              partitions.committed(done);
            } else {
              LOG.debug("offsets are committed later: {}", failure.getMessage());
            }
          });
    }
  }

  private void forget(Collection<TopicPartition> which) {
    Set<TopicPartition> gone = Set.copyOf(which);
    sender.forget(push -> gone.contains(push.partition()));
    backlogs.values().forEach(lane -> lane.removeIf(record -> gone.contains(source(record))));
    partitions.remove(gone);
    shareChanged();
  }

  private void shareChanged() {
    sender.share(partitions.slots(), config.kafka().partitions());
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    Map<String, Object> properties = new HashMap<>(config.kafka().clientProperties());
    properties.put("group.id", config.groupId());
    properties.put("isolation.level", "read_committed");
    properties.put("enable.auto.commit", false);
    properties.put("auto.offset.reset", "earliest");
    properties.put("max.poll.records", MOST_RECORDS);
    properties.put("fetch.max.wait.ms", FETCH_WAIT);
    // What waits in the client while reading is paused counts as memory, too.
    properties.put("fetch.max.bytes", 4 * 1024 * 1024);
    properties.put("max.partition.fetch.bytes", 1024 * 1024);
    properties.put("session.timeout.ms", 10_000);
    properties.put("heartbeat.interval.ms", 3_000);
    properties.put("partition.assignment.strategy", LaneAssignor.class.getName());
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
      Map<Integer, SlotMemory> memories = new HashMap<>();
      Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(Set.copyOf(added));
      for (TopicPartition partition : added) {
        SlotMemory memory =
            memories.computeIfAbsent(
                partition.partition(), slot -> history.read(slot, time.now(), () -> !isRunning()));
        OffsetTracker offsets =
            OffsetTracker.after(consumer.position(partition), committed.get(partition));
        partitions.add(partition, offsets, memory);
      }
      shareChanged();
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
      if (sender.underWay(push -> gone.contains(push.partition())) == 0) {
        gone.forEach(this::nothingInDoubt);
        outcomes.flush();
      }
      var offsets = partitions.committable(gone);
      if (!offsets.isEmpty()) {
        consumer.commitSync(offsets);
      }
      forget(gone);
    }

    /** Every answer came and is written: who goes on repeats nothing. */
    private void nothingInDoubt(TopicPartition partition) {
      OwnedPartitions.Owned ours = partitions.get(partition);
      if (ours != null) {
        outcomes.taken(partition, ours.offsets().committable().offset());
      }
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
