package app.goalgpt.benchmarks.pipeline;

import app.goalgpt.settings.KafkaConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** How far a consumer group has come, from the outside. */
final class GroupLag implements AutoCloseable {
  private final Admin admin;
  private final String group;
  private final List<String> topics;

  GroupLag(KafkaConfig kafka, String group, List<String> topics) {
    admin = Admin.create(kafka.clientProperties());
    this.group = group;
    this.topics = topics;
  }

  /** Records of a topic that the group has processed for good. */
  long committed(String topic) {
    return committed().entrySet().stream()
        .filter(entry -> entry.getKey().topic().equals(topic))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Records of all the topics that it has not. */
  long lag() {
    try {
      Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
      for (var topic : admin.describeTopics(topics).allTopicNames().get().values()) {
        topic
            .partitions()
            .forEach(
                partition ->
                    wanted.put(
                        new TopicPartition(topic.name(), partition.partition()),
                        OffsetSpec.latest()));
      }
      long ends =
          admin.listOffsets(wanted).all().get().values().stream()
              .mapToLong(ListOffsetsResultInfo::offset)
              .sum();
      Map<TopicPartition, Long> committed = committed();
      return ends - wanted.keySet().stream().mapToLong(p -> committed.getOrDefault(p, 0L)).sum();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot ask the broker for " + group, e);
    }
  }

  private Map<TopicPartition, Long> committed() {
    try {
      Map<TopicPartition, OffsetAndMetadata> offsets =
          admin
              .listConsumerGroupOffsets(Map.of(group, new ListConsumerGroupOffsetsSpec()))
              .partitionsToOffsetAndMetadata(group)
              .get();
      Map<TopicPartition, Long> committed = new HashMap<>();
      offsets.forEach(
          (partition, offset) -> {
            if (offset != null) {
              committed.put(partition, offset.offset());
            }
          });
      return committed;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot ask the broker for " + group, e);
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
