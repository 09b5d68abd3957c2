package app.goalgpt.notifier;

import app.goalgpt.messages.Delivery;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.MalformedMessageException;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory of what was sent: the deliveries topic itself. A push and its delivery lie in
 * partitions of the same number, so whoever takes a slot of pushes reads back that partition of
 * deliveries, and of what was taken up.
 */
final class DeliveryHistory {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryHistory.class);
  private static final Duration POLL = Duration.ofMillis(100);

  private final NotifierConfig config;
  private final String deliveries;
  private final String taken;

  DeliveryHistory(NotifierConfig config) {
    this.config = config;
    Topics topics = new Topics(config.kafka(), config.tables());
    this.deliveries = topics.name(Topic.DELIVERIES);
    this.taken = topics.name(Topic.PUSHES_TAKEN);
  }

  /**
   * Reads back what was delivered in this slot as long ago as is remembered, up to what stands
   * there now.
   *
   * @param isCancelled asked now and then; what has been read so far is returned
   */
  SlotMemory read(int slot, Instant now, BooleanSupplier isCancelled) {
    SlotMemory memory =
        new SlotMemory(
            new RecentIds(config.memory(), config.memoryOfSlot()),
            new DailyCap(config.kindness().cap(), config.kindness().zone()));
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      TopicPartition source = new TopicPartition(deliveries, slot);
      read(consumer, source, start(consumer, source, now), isCancelled, r -> remember(r, memory));
      read(
          consumer, new TopicPartition(taken, slot), 0, isCancelled, r -> rememberTaken(r, memory));
    }
    LOG.info("slot {}: {} pushes are known to be sent", slot, memory.size());
    return memory;
  }

  /** No further back than can be remembered; but the cap counts a day. */
  private long start(KafkaConsumer<byte[], byte[]> consumer, TopicPartition source, Instant now) {
    long end = consumer.endOffsets(List.of(source)).get(source);
    long since = now.minus(config.memory()).toEpochMilli();
    OffsetAndTimestamp start = consumer.offsetsForTimes(Map.of(source, since)).get(source);
    if (start == null) {
      return end;
    }
    return config.kindness().cap() > 0
        ? start.offset()
        : Math.max(start.offset(), end - config.memoryOfSlot());
  }

  private static void read(
      KafkaConsumer<byte[], byte[]> consumer,
      TopicPartition source,
      long from,
      BooleanSupplier isCancelled,
      Consumer<ConsumerRecord<byte[], byte[]>> reader) {
    consumer.assign(List.of(source));
    long end = consumer.endOffsets(List.of(source)).get(source);
    consumer.seek(source, from);
    while (consumer.position(source) < end && !isCancelled.getAsBoolean()) {
      consumer.poll(POLL).forEach(reader);
    }
  }

  private static void remember(ConsumerRecord<byte[], byte[]> record, SlotMemory memory) {
    try {
      memory.remember(
          Json.read(record.value(), Delivery.class), Instant.ofEpochMilli(record.timestamp()));
    } catch (MalformedMessageException | NullPointerException e) {
      LOG.warn(
          "{}-{} offset {} is not a delivery: a push may be sent again",
          record.topic(),
          record.partition(),
          record.offset());
    }
  }

  private static void rememberTaken(ConsumerRecord<byte[], byte[]> record, SlotMemory memory) {
    try {
      memory.remember(
          new String(record.key(), StandardCharsets.UTF_8),
          Json.read(record.value(), SlotMemory.Taken.class));
    } catch (MalformedMessageException | NullPointerException e) {
      LOG.warn(
          "{}-{} offset {} is not ours: a repeat may not be counted",
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
