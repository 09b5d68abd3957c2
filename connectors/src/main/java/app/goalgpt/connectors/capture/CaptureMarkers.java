package app.goalgpt.connectors.capture;

import app.goalgpt.messages.Json;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import app.goalgpt.settings.KafkaConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Reads and writes {@link CaptureMarker}s. Kafka's exceptions pass through. */
final class CaptureMarkers {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration LONGEST_READ = Duration.ofMinutes(1);

  private final KafkaConfig kafka;
  private final TopicPartition partition;

  CaptureMarkers(KafkaConfig kafka, Topics topics) {
    this.kafka = kafka;
    this.partition = new TopicPartition(topics.name(Topic.CAPTURE_MARKERS), 0);
  }

  /** The slot's newest marker. */
  Optional<CaptureMarker> read(String slot) {
    Map<String, Object> properties = kafka.clientProperties();
    properties.put("isolation.level", "read_committed");
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition), LONGEST_READ).get(partition);
      byte[] newest = null;
      while (consumer.position(partition, LONGEST_READ) < end) {
        for (ConsumerRecord<String, byte[]> found : consumer.poll(POLL)) {
          newest = slot.equals(found.key()) ? found.value() : newest;
        }
      }
      return Optional.ofNullable(newest).map(value -> Json.read(value, CaptureMarker.class));
    }
  }

  void write(CaptureMarker marker) {
    write(marker.slot(), Json.write(marker));
  }

  /** From now on the slot counts as one whose snapshot was never completed. */
  void forget(String slot) {
    write(slot, null);
  }

  private void write(String slot, byte[] value) {
    Map<String, Object> properties = kafka.clientProperties();
    properties.put("acks", "all");
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer())) {
      Acknowledgement.await(
          producer.send(new ProducerRecord<>(partition.topic(), 0, slot, value)),
          "the marker of slot " + slot);
    }
  }
}
