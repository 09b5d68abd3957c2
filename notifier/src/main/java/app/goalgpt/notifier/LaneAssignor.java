package app.goalgpt.notifier;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * Gives partitions of the same number, one of each lane, to the same notifier: everything for one
 * customer is in one place, every notifier has its part of every lane, and its part of the quota is
 * its part of the partitions. It assigns one topic as {@link CooperativeStickyAssignor} does, and
 * the others after it. Kafka makes it by its name.
 */
public final class LaneAssignor extends CooperativeStickyAssignor {
  @Override
  public String name() {
    return "goalgpt-lanes";
  }

  @Override
  public Map<String, List<TopicPartition>> assignPartitions(
      Map<String, List<PartitionInfo>> partitionsPerTopic,
      Map<String, Subscription> subscriptions) {
    SortedSet<String> topics = new TreeSet<>(partitionsPerTopic.keySet());
    if (topics.isEmpty()) {
      return super.assignPartitions(partitionsPerTopic, subscriptions);
    }
    String first = topics.first();
    Map<String, Subscription> ofFirst = new HashMap<>();
    subscriptions.forEach((member, wants) -> ofFirst.put(member, only(first, wants)));
    Map<String, List<TopicPartition>> assigned =
        super.assignPartitions(Map.of(first, partitionsPerTopic.get(first)), ofFirst);
    Map<String, List<TopicPartition>> all = new HashMap<>();
    assigned.forEach((member, slots) -> all.put(member, mirrored(slots, topics)));
    return all;
  }

  private static Subscription only(String topic, Subscription wants) {
    Subscription narrowed =
        new Subscription(
            List.of(topic),
            wants.userData(),
            wants.ownedPartitions().stream().filter(p -> p.topic().equals(topic)).toList(),
            wants.generationId().orElse(-1),
            wants.rackId());
    narrowed.setGroupInstanceId(wants.groupInstanceId());
    return narrowed;
  }

  private static List<TopicPartition> mirrored(List<TopicPartition> slots, Set<String> topics) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (TopicPartition slot : slots) {
      topics.forEach(topic -> partitions.add(new TopicPartition(topic, slot.partition())));
    }
    return partitions;
  }
}
