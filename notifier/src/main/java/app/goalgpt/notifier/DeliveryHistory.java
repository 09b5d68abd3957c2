package app.goalgpt.notifier;

import app.goalgpt.messages.Delivery;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.MalformedMessageException;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory of what was sent: the deliveries topic itself. A push and its delivery lie in
 * partitions of the same number, so whoever takes a partition of pushes reads back that partition
 * of deliveries.
 */
final class DeliveryHistory {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryHistory.class);
  private static final Duration POLL = Duration.ofMillis(100);

  private final NotifierConfig config;
  private final String topic;

  DeliveryHistory(NotifierConfig config) {
    this.config = config;
    this.topic = new Topics(config.kafka(), config.tables()).name(Topic.DELIVERIES);
  }

  /**
   * Reads back what was delivered in this partition as long ago as is remembered, up to what stands
   * there now.
   *
   * @param isCancelled asked now and then; what has been read so far is returned
   */
  RecentIds read(int partition, Instant now, BooleanSupplier isCancelled) {
    RecentIds ids = new RecentIds(config.memory());
    TopicPartition source = new TopicPartition(topic, partition);
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      consumer.assign(List.of(source));
      long end = consumer.endOffsets(List.of(source)).get(source);
      long since = now.minus(config.memory()).toEpochMilli();
      OffsetAndTimestamp start = consumer.offsetsForTimes(Map.of(source, since)).get(source);
      consumer.seek(source, start == null ? end : start.offset());
      while (consumer.position(source) < end && !isCancelled.getAsBoolean()) {
        consumer.poll(POLL).forEach(delivery -> remember(delivery, ids));
      }
    }
    LOG.info("partition {}: {} pushes are known to be sent", partition, ids.size());
    return ids;
  }

  private static void remember(ConsumerRecord<byte[], byte[]> record, RecentIds ids) {
    try {
      Delivery delivery = Json.read(record.value(), Delivery.class);
      ids.add(delivery.pushId(), Instant.ofEpochMilli(record.timestamp()));
    } catch (MalformedMessageException | NullPointerException e) {
      LOG.warn(
          "{}-{} offset {} is not a delivery: a push may be sent again",
          record.topic(),
          record.partition(),
          record.offset());
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    Map<String, Object> properties = new HashMap<>(config.kafka().clientProperties());
    properties.put("isolation.level", "read_committed");
    properties.put("enable.auto.commit", false);
    properties.put("auto.offset.reset", "earliest");
    properties.put("fetch.max.bytes", 4 * 1024 * 1024);
    properties.put("client.id", config.groupId() + "-history");
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
