package app.goalgpt.topology.stream;

import app.goalgpt.messages.Json;
import app.goalgpt.messages.Push;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import app.goalgpt.settings.KafkaConfig;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the end of the public topics: the newest reward announced, and all that were settled up to
 * {@link #OVERLAP} before it. Rewards reach a partition nearly in the order in which they were
 * settled; what was settled longer before than that has been announced, unless a settling
 * transaction stayed open for as long. Of the pushes it reads those that something could make
 * again.
 */
final class PublicTopicsHistory implements AnnouncementHistory {
  private static final Logger LOG = LoggerFactory.getLogger(PublicTopicsHistory.class);
  private static final Duration OVERLAP = Duration.ofHours(1);
  private static final Duration POLL = Duration.ofMillis(200);

  /** Enough to hold a record between the transactions' markers. */
  private static final long LAST_RECORDS = 1000;

  private final KafkaConfig kafka;
  private final List<String> rewardTopics;
  private final List<String> pushTopics;
  private final Duration pushLifetime;
  private final Clock clock;

  PublicTopicsHistory(KafkaConfig kafka, Topics topics, Duration pushLifetime, Clock clock) {
    this.kafka = kafka;
    rewardTopics =
        List.of(topics.name(Topic.BADGE_UNLOCKED), topics.name(Topic.REFERRAL_TIER_REACHED));
    pushTopics =
        Arrays.stream(Push.Lane.values()).map(lane -> topics.name(Topic.pushes(lane))).toList();
    this.pushLifetime = pushLifetime;
    this.clock = clock;
  }

  @Override
  public Tail read(int partition) {
    Map<String, Object> properties = kafka.clientProperties();
    properties.put("isolation.level", "read_committed");
    properties.put("enable.auto.commit", false);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> rewards =
          rewardTopics.stream().map(topic -> new TopicPartition(topic, partition)).toList();
      Map<UUID, Instant> last =
          read(consumer, rewards, p -> fromTheEnd(consumer, p), "rewardId", "settledAt");
      Instant newest = last.values().stream().max(Instant::compareTo).orElse(null);
      Instant horizon = newest == null ? Instant.EPOCH : newest.minus(OVERLAP);
      Map<UUID, Instant> recent =
          read(consumer, rewards, p -> since(consumer, p, horizon), "rewardId", "settledAt");
      recent.values().removeIf(settledAt -> !settledAt.isAfter(horizon));
      Instant oldestPush = clock.instant().minus(pushLifetime);
      recent.putAll(
          read(
              consumer,
              pushTopics.stream().map(topic -> new TopicPartition(topic, partition)).toList(),
              p -> since(consumer, p, oldestPush),
              "id",
              "causedAt"));
      return new Tail(horizon, recent);
    }
  }

  private static long fromTheEnd(KafkaConsumer<?, ?> consumer, TopicPartition partition) {
    List<TopicPartition> one = List.of(partition);
    long begin = consumer.beginningOffsets(one).get(partition);
    return Math.max(begin, consumer.endOffsets(one).get(partition) - LAST_RECORDS);
  }

  private static long since(KafkaConsumer<?, ?> consumer, TopicPartition partition, Instant time) {
    OffsetAndTimestamp first =
        consumer.offsetsForTimes(Map.of(partition, time.toEpochMilli())).get(partition);
    return first == null ? consumer.endOffsets(List.of(partition)).get(partition) : first.offset();
  }

  private static Map<UUID, Instant> read(
      KafkaConsumer<byte[], byte[]> consumer,
      List<TopicPartition> partitions,
      ToLongFunction<TopicPartition> start,
      String idField,
      String timeField) {
    consumer.assign(partitions);
    Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
    partitions.forEach(partition -> consumer.seek(partition, start.applyAsLong(partition)));
    Map<UUID, Instant> found = new HashMap<>();
    while (partitions.stream().anyMatch(p -> consumer.position(p) < end.get(p))) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        remember(record, idField, timeField, found);
      }
    }
    return found;
  }

  /** What somebody else wrote there is no announcement of ours, and must not stop the task. */
  private static void remember(
      ConsumerRecord<byte[], byte[]> record,
      String idField,
      String timeField,
      Map<UUID, Instant> found) {
    try {
      JsonNode event = Json.MAPPER.readTree(record.value());
      found.put(
          UUID.fromString(event.path(idField).asText()),
          Instant.parse(event.path(timeField).asText()));
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      LOG.warn(
          "{}-{}@{} is not ours and is passed over",
          record.topic(),
          record.partition(),
          record.offset());
    }
  }
}
