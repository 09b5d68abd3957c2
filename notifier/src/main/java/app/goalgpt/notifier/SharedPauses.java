package app.goalgpt.notifier;

import app.goalgpt.messages.Json;
import app.goalgpt.messages.MalformedMessageException;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The quota is the project's: the pause that FCM asks one notifier for is every notifier's, and
 * also that of one that starts in the middle of it. A thread that reads the topic of pauses.
 */
final class SharedPauses implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SharedPauses.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);

  /**
   * A record of {@link Topic#FCM_PAUSES}.
   *
   * @param instance who was asked
   */
  record Pause(UUID instance, Instant until) {}

  private final NotifierConfig config;
  private final TopicPartition source;
  private final UUID instance = UUID.randomUUID();
  private final Sender sender;
  private final Outcomes outcomes;
  private final NotifierMeters meters;
  private final CountDownLatch upToDate = new CountDownLatch(1);
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "notifier-pauses");
  private volatile KafkaConsumer<byte[], byte[]> reading;

  SharedPauses(NotifierConfig config, Sender sender, Outcomes outcomes, NotifierMeters meters) {
    this.config = config;
    this.source =
        new TopicPartition(new Topics(config.kafka(), config.tables()).name(Topic.FCM_PAUSES), 0);
    this.sender = sender;
    this.outcomes = outcomes;
    this.meters = meters;
    thread.setDaemon(true);
  }

  /** Returns when the pauses that are known by now are kept. */
  void start(Duration patience) {
    thread.start();
    try {
      if (upToDate.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new IllegalStateException("cannot read %s within %s".formatted(source, patience));
  }

  /** This instance was asked for a pause. */
  void tell(Instant until) {
    outcomes.write(new Pause(instance, until));
  }

  private void run() {
    while (stop.getCount() > 0) {
      try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
        reading = consumer;
        read(consumer);
      } catch (WakeupException e) {
        return;
      } catch (KafkaException e) {
        meters.kafkaTrouble();
        LOG.warn("reading {} begins again: {}", source.topic(), e.getMessage());
        rest();
      }
    }
  }

  private void read(KafkaConsumer<byte[], byte[]> consumer) {
    consumer.assign(List.of(source));
    consumer.seekToBeginning(List.of(source));
    long end = consumer.endOffsets(List.of(source)).get(source);
    while (stop.getCount() > 0) {
      if (consumer.position(source) >= end) {
        upToDate.countDown();
      }
      consumer.poll(POLL).forEach(record -> hear(record.value()));
    }
  }

  private void hear(byte[] value) {
    try {
      Pause pause = Json.read(value, Pause.class);
      if (!instance.equals(pause.instance())) {
        sender.pauseToo(pause.until());
      }
    } catch (MalformedMessageException | NullPointerException e) {
      LOG.warn("a record of {} is not a pause: passed over", source.topic());
    }
  }

  private void rest() {
    try {
      stop.await(AFTER_TROUBLE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop.countDown();
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    Map<String, Object> properties = new HashMap<>(config.kafka().clientProperties());
    properties.put("enable.auto.commit", false);
    properties.put("client.id", config.groupId() + "-pauses");
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Override
  public void close() {
    stop.countDown();
    KafkaConsumer<byte[], byte[]> consumer = reading;
    if (consumer != null) {
      consumer.wakeup();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
