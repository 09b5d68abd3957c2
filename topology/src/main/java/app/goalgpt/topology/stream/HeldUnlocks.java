package app.goalgpt.topology.stream;

import app.goalgpt.topology.announcement.SettledReward;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Badge unlocks whose push waits for others of the same customer, so that several are told in one.
 * What is held is in a store, written in the transaction that announces it; when it is due is kept
 * in memory besides.
 */
final class HeldUnlocks {
  /**
   * One customer's.
   *
   * @param until when they are told
   * @param badges in the order in which they were announced
   */
  record Held(Instant until, List<SettledReward.Badge> badges) {
    Held {
      badges = List.copyOf(badges);
    }
  }

  private final KeyValueStore<UUID, Held> store;
  private final TreeMap<Instant, Set<UUID>> due = new TreeMap<>();

  HeldUnlocks(KeyValueStore<UUID, Held> store) {
    this.store = store;
    try (KeyValueIterator<UUID, Held> all = store.all()) {
      all.forEachRemaining(entry -> index(entry.key, entry.value));
    }
  }

  private void index(UUID customerId, Held held) {
    due.computeIfAbsent(held.until(), any -> new HashSet<>()).add(customerId);
  }

  /**
   * Holds one more.
   *
   * @param until when it is told, unless others of this customer are told sooner
   */
  void add(UUID customerId, SettledReward.Badge badge, Instant until) {
    Held before = store.get(customerId);
    if (before == null) {
      Held first = new Held(until, List.of(badge));
      store.put(customerId, first);
      index(customerId, first);
    } else {
      List<SettledReward.Badge> badges = new ArrayList<>(before.badges());
      badges.add(badge);
      store.put(customerId, new Held(before.until(), badges));
    }
  }

  /** Those that are to be told now, by customer; they are held no longer. */
  Map<UUID, List<SettledReward.Badge>> take(Instant now) {
    Map<UUID, List<SettledReward.Badge>> taken = new TreeMap<>();
    Map<Instant, Set<UUID>> over = due.headMap(now, true);
    for (Set<UUID> customers : over.values()) {
      for (UUID customerId : customers) {
        taken.put(customerId, store.get(customerId).badges());
        store.delete(customerId);
      }
    }
    over.clear();
    return taken;
  }
}
