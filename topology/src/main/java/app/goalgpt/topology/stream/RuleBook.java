package app.goalgpt.topology.stream;

import app.goalgpt.messages.MalformedMessageException;
import app.goalgpt.topology.badge.ActiveRule;
import app.goalgpt.topology.badge.BadgeRule;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The badge rules as this task knows them; the store's content, read once, with conditions read.
 */
final class RuleBook {
  private static final Logger LOG = LoggerFactory.getLogger(RuleBook.class);

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
    active.remove(rule.badgeId());
    if (rule.isActive()) {
      try {
        active.put(rule.badgeId(), ActiveRule.of(rule));
      } catch (MalformedMessageException e) {
        // Only a build that knew other conditions can have kept it: this one goes on without it.
        LOG.warn("badge {} awards nothing: {}", rule.badgeId(), e.getMessage());
      }
    }
  }
}
