package app.goalgpt.connectors.batch;

import app.goalgpt.connectors.batch.Batch.Item;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Records whose work is tried again later while others go on. Offsets are committed up to the first
 * of them only, so that after a crash, or by whoever takes the partition over, they are read again.
 *
 * @param <T> what a record says
 */
final class Postponed<T> {
  private static final int MOST = 10_000;
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 10_000;

  private record Waiting<T>(Item<T> item, long dueNanos) {
    TopicPartition partition() {
      return new TopicPartition(item.record().topic(), item.record().partition());
    }

    boolean isDue(long nowNanos) {
      return dueNanos - nowNanos <= 0;
    }
  }

  private final List<Waiting<T>> all = new ArrayList<>();

  /** Doubling, less up to a quarter at random: those who met one lock should not meet again. */
  private static long pauseNanos(int attempts) {
    long millis = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(attempts - 1, 10));
    return Duration.ofMillis(millis - ThreadLocalRandom.current().nextLong(millis / 4)).toNanos();
  }

  /** What is due; it stays here, and bounds the offsets, until it is {@link #tried}. */
  List<Item<T>> due(long nowNanos) {
    return all.stream().filter(waiting -> waiting.isDue(nowNanos)).map(Waiting::item).toList();
  }

  /** Forgets what was tried, and takes what is to be tried later. */
  void tried(List<Item<T>> items, List<Item<T>> later, long nowNanos) {
    Set<Item<T>> tried = new HashSet<>(items);
    all.removeIf(waiting -> tried.contains(waiting.item()));
    later.forEach(item -> all.add(new Waiting<>(item, nowNanos + pauseNanos(item.attempts()))));
  }

  /** How long until something is due, but not longer than {@code most}. */
  Duration untilDue(long nowNanos, Duration most) {
    long nanos = most.toNanos();
    for (Waiting<T> waiting : all) {
      nanos = Math.min(nanos, waiting.dueNanos() - nowNanos);
    }
    return Duration.ofNanos(Math.max(0, nanos));
  }

  int size() {
    return all.size();
  }

  /** Whether so many wait that nothing new should be read. */
  boolean isFull() {
    return all.size() >= MOST;
  }

  /** Drops what belongs to partitions that others have now. */
  void keepOnly(Collection<TopicPartition> partitions) {
    all.removeIf(waiting -> !partitions.contains(waiting.partition()));
  }

  /** The offsets that may be committed: none beyond the first record that waits. */
  Map<TopicPartition, OffsetAndMetadata> bound(Map<TopicPartition, OffsetAndMetadata> done) {
    Map<TopicPartition, OffsetAndMetadata> open = new HashMap<>(done);
    for (Waiting<T> waiting : all) {
      long first = waiting.item().record().offset();
      open.computeIfPresent(
          waiting.partition(),
          (partition, end) -> first < end.offset() ? new OffsetAndMetadata(first) : end);
    }
    return open;
  }
}
