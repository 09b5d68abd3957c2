package app.goalgpt.notifier;

import app.goalgpt.messages.Delivery;
import app.goalgpt.messages.Push;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What is known of the pushes of one slot (partitions of the same number, one of each lane): which
 * are done with, which devices of the others have answered, and how far they had been taken up when
 * the slot changed hands. Not thread-safe.
 */
final class SlotMemory {
  /**
   * A record of {@link app.goalgpt.messages.Topic#PUSHES_TAKEN}.
   *
   * @param before pushes before this offset may have been sent
   */
  record Taken(long before) {}

  private final RecentIds done;
  private final DailyCap cap;
  private final Map<UUID, List<Delivery.Result>> answered = new HashMap<>();
  private final Map<String, Long> taken = new HashMap<>();

  SlotMemory(RecentIds done, DailyCap cap) {
    this.done = done;
    this.cap = cap;
  }

  /**
   * @param at when it was written
   */
  void remember(Delivery delivery, Instant at) {
    if (delivery.isFinal()) {
      done.add(delivery.pushId(), at);
      answered.remove(delivery.pushId());
      if (delivery.lane() != Push.Lane.REWARD && isAccepted(delivery)) {
        cap.take(delivery.customerId(), delivery.finishedAt());
      }
    } else if (!done.contains(delivery.pushId())) {
      answered.put(delivery.pushId(), delivery.results());
    }
  }

  private static boolean isAccepted(Delivery delivery) {
    return delivery.results().stream()
        .anyMatch(result -> result.outcome() == Delivery.Outcome.ACCEPTED);
  }

  /** Whether the push's customer has had as many today as one may have; otherwise counts it. */
  boolean isTooMany(Push push, Instant now) {
    return push.lane() != Push.Lane.REWARD && !cap.take(push.customerId(), now);
  }

  void remember(String topic, Taken taken) {
    this.taken.put(topic, taken.before());
  }

  /** From now on the push counts as done with: it is taken up here. */
  void add(UUID pushId, Instant now) {
    done.add(pushId, now);
  }

  boolean isDone(UUID pushId) {
    return done.contains(pushId);
  }

  /** What devices of a push that is not done with have said, which is then forgotten. */
  List<Delivery.Result> answersOf(UUID pushId) {
    List<Delivery.Result> results = answered.remove(pushId);
    return results == null ? List.of() : results;
  }

  /** Whether whoever had the slot before may have sent that push. */
  boolean mayHaveBeenSent(String topic, long offset) {
    return offset < taken.getOrDefault(topic, 0L);
  }

  void forgetOlder(Instant now) {
    done.forgetOlder(now);
  }

  /** Whether pushes were forgotten before their time, for their number. */
  boolean isCut() {
    return done.isCut();
  }

  /** Pushes that are known to be done with. */
  int size() {
    return done.size();
  }
}
