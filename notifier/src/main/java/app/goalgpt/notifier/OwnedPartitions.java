package app.goalgpt.notifier;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The partitions of pushes that are this notifier's, with how far each is done. Offsets are
 * finished by any thread; the rest is the reader's.
 */
final class OwnedPartitions {
  private final Map<TopicPartition, Owned> owned = new ConcurrentHashMap<>();
  private final Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();

  /**
   * One partition while it is ours.
   *
   * @param memory of its slot, shared by the slot's lanes
   */
  record Owned(OffsetTracker offsets, SlotMemory memory) {}

  void add(TopicPartition partition, OffsetTracker offsets, SlotMemory memory) {
    owned.put(partition, new Owned(offsets, memory));
  }

  Owned get(TopicPartition partition) {
    return owned.get(partition);
  }

  Set<TopicPartition> all() {
    return owned.keySet();
  }

  /** How many slots of customers they are: partitions of the same number count once. */
  int slots() {
    return (int) owned.keySet().stream().mapToInt(TopicPartition::partition).distinct().count();
  }

  void finished(TopicPartition partition, long offset) {
    Owned ours = owned.get(partition);
    if (ours != null) {
      ours.offsets().finished(offset);
    }
  }

  /** What may be committed and has not been. */
  Map<TopicPartition, OffsetAndMetadata> committable(Collection<TopicPartition> which) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (TopicPartition key : which) {
      Owned ours = owned.get(key);
      if (ours != null) {
        OffsetAndMetadata now = ours.offsets().committable();
        if (!now.equals(committed.get(key))) {
          offsets.put(key, now);
        }
      }
    }
    return offsets;
  }

  void committed(Map<TopicPartition, OffsetAndMetadata> offsets) {
    committed.putAll(offsets);
  }

  void remove(Collection<TopicPartition> gone) {
    owned.keySet().removeAll(gone);
    committed.keySet().removeAll(gone);
  }
}
