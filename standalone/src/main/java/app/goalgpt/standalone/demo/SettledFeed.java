package app.goalgpt.standalone.demo;

import app.goalgpt.messages.BadgeUnlocked;
import app.goalgpt.messages.Delivery;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.ReferralTierReached;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import app.goalgpt.settings.KafkaConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to the public reward topics and to the deliveries, as any other program could, from where
 * they end at the start. In no consumer group: it leaves no trace.
 */
final class SettledFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SettledFeed.class);
  private static final Duration POLL = Duration.ofMillis(250);
  private static final Duration STOP = Duration.ofSeconds(10);

  /** What comes by; called on the feed's thread. */
  interface Listener {
    void unlocked(BadgeUnlocked badge);

    void reached(ReferralTierReached tier);

    void delivered(Delivery delivery);
  }

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Topics topics;
  private final Listener listener;
  private final Thread thread;

  private SettledFeed(KafkaConfig kafka, Topics topics, Listener listener) {
    this.topics = topics;
    this.listener = listener;
    Map<String, Object> properties = kafka.clientProperties();
    properties.put("isolation.level", "read_committed");
    properties.put("enable.auto.commit", "false");
    properties.put("key.deserializer", ByteArrayDeserializer.class);
    properties.put("value.deserializer", ByteArrayDeserializer.class);
    this.consumer = new KafkaConsumer<>(properties);
    this.thread = new Thread(this::listen, "settled-feed");
  }

  /** Starts; whatever is appended after this has returned will be heard. */
  static SettledFeed start(KafkaConfig kafka, Topics topics, Listener listener) {
    SettledFeed feed = new SettledFeed(kafka, topics, listener);
    List<TopicPartition> partitions =
        List.of(Topic.BADGE_UNLOCKED, Topic.REFERRAL_TIER_REACHED, Topic.DELIVERIES).stream()
            .flatMap(topic -> feed.consumer.partitionsFor(topics.name(topic)).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    feed.consumer.assign(partitions);
    feed.consumer.seekToEnd(partitions);
    partitions.forEach(feed.consumer::position);
    feed.thread.start();
    return feed;
  }

  private void listen() {
    try (consumer) {
      while (true) {
        consumer.poll(POLL).forEach(this::hear);
      }
    } catch (WakeupException | InterruptException e) {
      LOG.debug("the feed ends");
    }
  }

  private void hear(ConsumerRecord<byte[], byte[]> found) {
    try {
      if (found.topic().equals(topics.name(Topic.BADGE_UNLOCKED))) {
        listener.unlocked(Json.read(found.value(), BadgeUnlocked.class));
      } else if (found.topic().equals(topics.name(Topic.REFERRAL_TIER_REACHED))) {
        listener.reached(Json.read(found.value(), ReferralTierReached.class));
      } else {
        Delivery delivery = Json.read(found.value(), Delivery.class);
        if (delivery.isFinal()) {
          listener.delivered(delivery);
        }
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

  @Override
  public void close() {
    consumer.wakeup();
    try {
      thread.join(STOP.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
