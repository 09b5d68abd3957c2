package app.goalgpt.console.live;

import app.goalgpt.console.letter.Shelf;
import app.goalgpt.messages.BadgeUnlocked;
import app.goalgpt.messages.DeadLetter;
import app.goalgpt.messages.DeadLetterMark;
import app.goalgpt.messages.Delivery;
import app.goalgpt.messages.Delivery.Outcome;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.OperatorAction;
import app.goalgpt.messages.Push;
import app.goalgpt.messages.ReferralTierReached;
import app.goalgpt.messages.RunProgress;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import app.goalgpt.settings.KafkaConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one consumer for all that is live. It is in no group and leaves no trace; what is not
 * committed it does not see. It begins a little before the end, to know what was last, and tells
 * the streams of what comes after.
 */
public final class LiveFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LiveFeed.class);
  private static final Duration POLL = Duration.ofMillis(250);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final int REWARDS_KEPT = 500;
  private static final int ACTIONS_KEPT = 1000;

  /** Of what it hears, how many records before the end of each partition it begins. */
  private static final Map<Topic, Long> BEFORE_THE_END =
      Map.of(
          Topic.BADGE_UNLOCKED, 200L,
          Topic.REFERRAL_TIER_REACHED, 100L,
          Topic.DELIVERIES, 0L,
          Topic.RUN_PROGRESS, 500L,
          Topic.DEAD_LETTERS, (long) Shelf.KEPT,
          Topic.DEAD_LETTER_MARKS, Long.MAX_VALUE,
          Topic.OPERATOR_ACTIONS, (long) ACTIONS_KEPT);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<String, Topic> topics = new HashMap<>();
  private final Map<TopicPartition, Long> ends = new HashMap<>();
  private final Streams streams;
  private final Shelf shelf;
  private final Clock clock;
  private final Consumer<Throwable> onFatal;
  private final Figures figures = new Figures();
  private final RunBoard runs = new RunBoard();
  private final Latest<Reward> rewards = new Latest<>(REWARDS_KEPT);
  private final Latest<OperatorAction> actions = new Latest<>(ACTIONS_KEPT);
  private final CountDownLatch caughtUp = new CountDownLatch(1);
  private final Thread thread = new Thread(this::listen, "console-feed");
  private long secondEnds;

  private LiveFeed(
      KafkaConfig kafka,
      Topics names,
      Streams streams,
      Shelf shelf,
      Clock clock,
      Consumer<Throwable> onFatal) {
    Map<String, Object> properties = kafka.clientProperties();
    properties.put("client.id", kafka.topicPrefix() + "-console-feed");
    properties.put("isolation.level", "read_committed");
    properties.put("enable.auto.commit", "false");
    properties.put("auto.offset.reset", "latest");
    properties.put("key.deserializer", ByteArrayDeserializer.class);
    properties.put("value.deserializer", ByteArrayDeserializer.class);
    this.consumer = new KafkaConsumer<>(properties);
    BEFORE_THE_END.keySet().forEach(topic -> topics.put(names.name(topic), topic));
    this.streams = streams;
    this.shelf = shelf;
    this.clock = clock;
    this.onFatal = onFatal;
  }

  /**
   * Starts; returns when it knows what was last.
   *
   * @param onFatal called when it can never go on
   * @throws IllegalStateException when the broker does not answer
   */
  public static LiveFeed start(
      KafkaConfig kafka,
      Topics topics,
      Streams streams,
      Shelf shelf,
      Clock clock,
      Consumer<Throwable> onFatal) {
    LiveFeed feed = new LiveFeed(kafka, topics, streams, shelf, clock, onFatal);
    try {
      feed.seek();
      feed.thread.start();
      if (feed.caughtUp.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        return feed;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (KafkaException e) {
      feed.consumer.close();
      throw new IllegalStateException("the console cannot read its topics: " + e.getMessage(), e);
    }
    feed.close();
    throw new IllegalStateException("the console could not read its topics within " + PATIENCE);
  }

  private void seek() {
    List<TopicPartition> partitions =
        topics.keySet().stream()
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    ends.putAll(consumer.endOffsets(partitions));
    Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
    ends.forEach(
        (partition, end) -> {
          long before = BEFORE_THE_END.get(topics.get(partition.topic()));
          consumer.seek(partition, Math.max(beginnings.get(partition), end - before));
        });
  }

  private void listen() {
    secondEnds = System.nanoTime() + SECOND;
    try (consumer) {
      while (true) {
        consumer.poll(untilTheSecondEnds()).forEach(this::hear);
        if (caughtUp.getCount() > 0
            && ends.entrySet().stream()
                .allMatch(e -> consumer.position(e.getKey()) >= e.getValue())) {
          caughtUp.countDown();
        }
        if (System.nanoTime() >= secondEnds) {
          secondEnds += SECOND;
          streams.nextSecond();
          streams.add("figures", figures.tick(clock.instant()));
        }
        streams.flush();
      }
    } catch (WakeupException | InterruptException e) {
      LOG.debug("the feed ends");
    } catch (RuntimeException e) {
      LOG.error("the console hears nothing more: {}", e.getMessage(), e);
      onFatal.accept(e);
    }
  }

  private Duration untilTheSecondEnds() {
    Duration left = Duration.ofNanos(Math.max(0, secondEnds - System.nanoTime()));
    return left.compareTo(POLL) < 0 ? left : POLL;
  }

  /** One that cannot be read is left out: whoever it is for sets it aside. */
  private void hear(ConsumerRecord<byte[], byte[]> found) {
    boolean live = found.offset() >= ends.get(new TopicPartition(found.topic(), found.partition()));
    try {
      switch (topics.get(found.topic())) {
        case BADGE_UNLOCKED ->
            reward(Reward.of(Json.read(found.value(), BadgeUnlocked.class)), live);
        case REFERRAL_TIER_REACHED ->
            reward(Reward.of(Json.read(found.value(), ReferralTierReached.class)), live);
        case DELIVERIES -> delivery(Json.read(found.value(), Delivery.class));
        case RUN_PROGRESS -> progress(Json.read(found.value(), RunProgress.class), live);
        case DEAD_LETTERS -> letter(found, live);
        case DEAD_LETTER_MARKS -> mark(Json.read(found.value(), DeadLetterMark.class), live);
        default -> action(Json.read(found.value(), OperatorAction.class), live);
      }
    } catch (RuntimeException e) {
      LOG.warn(
          "cannot show {}-{}@{}: {}",
          found.topic(),
          found.partition(),
          found.offset(),
          e.getMessage());
    }
  }

  private void reward(Reward reward, boolean live) {
    rewards.add(reward);
    if (live) {
      figures.settled(Duration.ofMillis(reward.latencyMs()));
      streams.reward(reward);
    }
  }

  private void delivery(Delivery delivery) {
    boolean accepted =
        delivery.results().stream().anyMatch(result -> result.outcome() == Outcome.ACCEPTED);
    if (!delivery.isFinal() || !accepted) {
      return;
    }
    Instant causedAt = delivery.causedAt();
    if (delivery.lane() == Push.Lane.REWARD && causedAt != null) {
      figures.accepted(Duration.between(causedAt, delivery.finishedAt()));
    } else {
      figures.acceptedOther();
    }
  }

  private void progress(RunProgress report, boolean live) {
    runs.report(report);
    if (live) {
      streams.add("progress", report);
    }
  }

  private void letter(ConsumerRecord<byte[], byte[]> found, boolean live) {
    Shelf.Summary summary = shelf.put(found.offset(), Json.read(found.value(), DeadLetter.class));
    if (live) {
      streams.add("letter", summary);
    }
  }

  private void mark(DeadLetterMark mark, boolean live) {
    shelf.mark(mark);
    if (live) {
      streams.add("mark", mark);
    }
  }

  private void action(OperatorAction action, boolean live) {
    actions.add(action);
    if (live) {
      streams.add("action", action);
    }
  }

  public Figures figures() {
    return figures;
  }

  public RunBoard runs() {
    return runs;
  }

  public Latest<Reward> rewards() {
    return rewards;
  }

  public Latest<OperatorAction> actions() {
    return actions;
  }

  /** Why it never will again; empty otherwise. */
  public Optional<String> stuck() {
    return thread.isAlive() ? Optional.empty() : Optional.of("the console's feed has ended");
  }

  @Override
  public void close() {
    consumer.wakeup();
    try {
      thread.join(PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
