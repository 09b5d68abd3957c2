package app.goalgpt.embedded;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A look at a topic. What was written when it is asked, and is neither committed nor given up yet,
 * is waited for: a transaction's markers arrive one by one.
 */
final class CommittedRecords {
  private static final Duration POLL = Duration.ofMillis(100);

  private CommittedRecords() {}

  static List<ConsumerRecord<byte[], byte[]>> of(String bootstrapServers, String topic) {
    List<TopicPartition> partitions;
    Map<TopicPartition, Long> written;
    try (var reader = reader(bootstrapServers, "read_uncommitted")) {
      partitions =
          reader.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      written = reader.endOffsets(partitions);
    }
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (var reader = reader(bootstrapServers, "read_committed")) {
      reader.assign(partitions);
      reader.seekToBeginning(partitions);
      while (partitions.stream().anyMatch(p -> reader.position(p) < written.get(p))) {
        reader.poll(POLL).forEach(records::add);
      }
    }
    return records;
  }

  private static KafkaConsumer<byte[], byte[]> reader(String bootstrapServers, String isolation) {
    return new KafkaConsumer<>(
        Map.of("bootstrap.servers", bootstrapServers, "isolation.level", isolation),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }
}
