package app.goalgpt.topology.stream;

import app.goalgpt.topology.badge.ActiveRule;
import app.goalgpt.topology.badge.BadgeRule;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The badge rules as this task knows them; the store's content, read once, with conditions read.
 */
final class RuleBook {
  private final KeyValueStore<UUID, BadgeRule> store;
  private final Map<UUID, ActiveRule> active = new LinkedHashMap<>();

  RuleBook(KeyValueStore<UUID, BadgeRule> store) {
    this.store = store;
    try (KeyValueIterator<UUID, BadgeRule> rules = store.all()) {
      while (rules.hasNext()) {
        KeyValue<UUID, BadgeRule> rule = rules.next();
        remember(rule.value);
      }
    }
  }

  /** Takes the rule unless a newer version of it is known. Whether customers are to be swept. */
  boolean accept(BadgeRule rule) {
    BadgeRule known = store.get(rule.badgeId());
    if (known != null && known.version() >= rule.version()) {
      return false;
    }
    store.put(rule.badgeId(), rule);
    remember(rule);
    return rule.isActive();
  }

  Collection<ActiveRule> active() {
    return active.values();
  }

  private void remember(BadgeRule rule) {
    if (rule.isActive()) {
      active.put(rule.badgeId(), ActiveRule.of(rule));
    } else {
      active.remove(rule.badgeId());
    }
  }
}
