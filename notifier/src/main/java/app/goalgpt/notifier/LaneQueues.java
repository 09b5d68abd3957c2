package app.goalgpt.notifier;

import app.goalgpt.messages.Push;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What is in memory and not under way: pushes that may not begin yet, messages that are ready, lane
 * by lane, and messages that wait to be sent again. Guarded by the {@link Sender}'s lock.
 */
final class LaneQueues {
  private final Set<PushInFlight> announced = new HashSet<>();
  private final Map<Push.Lane, Deque<OutgoingMessage>> ready = new EnumMap<>(Push.Lane.class);
  private final PriorityQueue<Waiting> waiting =
      new PriorityQueue<>(Comparator.comparing(Waiting::until));
  private final Map<Push.Lane, Integer> held = new EnumMap<>(Push.Lane.class);

  private record Waiting(OutgoingMessage message, Instant until) {}

  LaneQueues() {
    for (Push.Lane lane : Push.Lane.values()) {
      ready.put(lane, new ArrayDeque<>());
      held.put(lane, 0);
    }
  }

  /** Its messages count as held from now on; they become ready by {@link #begin}. */
  void announce(PushInFlight push) {
    announced.add(push);
    held.merge(push.push().lane(), push.open(), Integer::sum);
  }

  /** Makes an announced push's messages ready, unless it was forgotten meanwhile. */
  void begin(PushInFlight push) {
    if (announced.remove(push)) {
      push.messages().forEach(this::ready);
    }
  }

  private void ready(OutgoingMessage message) {
    ready.get(message.lane()).add(message);
  }

  /** The lane's next message, left where it is; null when there is none. */
  OutgoingMessage head(Push.Lane lane) {
    return ready.get(lane).peek();
  }

  OutgoingMessage poll(Push.Lane lane) {
    return ready.get(lane).poll();
  }

  /** The message becomes ready again then, or at its deadline. */
  void waitUntil(OutgoingMessage message, Instant until) {
    Instant deadline = message.deadline();
    waiting.add(new Waiting(message, until.isBefore(deadline) ? until : deadline));
  }

  void wake(Instant now) {
    while (!waiting.isEmpty() && !waiting.peek().until().isAfter(now)) {
      ready(waiting.poll().message());
    }
  }

  /** When the next one becomes ready; far away when none waits. */
  Instant nextWake() {
    return waiting.isEmpty() ? Instant.MAX : waiting.peek().until();
  }

  /** The message is settled. */
  void leave(Push.Lane lane) {
    held.merge(lane, -1, Integer::sum);
  }

  /** Messages of the lane in memory, those under way included. */
  int held(Push.Lane lane) {
    return held.get(lane);
  }

  /** Messages of the lane that wait for nothing but their turn, or for {@link #begin}. */
  int turns(Push.Lane lane) {
    int coming =
        announced.stream()
            .filter(push -> push.push().lane() == lane)
            .mapToInt(PushInFlight::open)
            .sum();
    return ready.get(lane).size() + coming;
  }

  /** Drops what has not been sent. */
  void forget(Predicate<PushInFlight> which) {
    announced.removeIf(
        push -> {
          boolean drop = which.test(push);
          if (drop) {
            held.merge(push.push().lane(), -push.open(), Integer::sum);
          }
          return drop;
        });
    ready.values().forEach(lane -> lane.removeIf(message -> dropped(message, which)));
    waiting.removeIf(entry -> dropped(entry.message(), which));
  }

  private boolean dropped(OutgoingMessage message, Predicate<PushInFlight> which) {
    boolean drop = which.test(message.push());
    if (drop) {
      leave(message.lane());
    }
    return drop;
  }
}
