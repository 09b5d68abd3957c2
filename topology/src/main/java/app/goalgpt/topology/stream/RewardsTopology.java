package app.goalgpt.topology.stream;

import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.Push;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import app.goalgpt.topology.TopologyConfig;
import app.goalgpt.topology.badge.BadgeRule;
import app.goalgpt.topology.change.Position;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The wiring, apart from the runtime. Badge rows become rules and scheduled notifications become
 * campaigns, both broadcast to every partition; and everything about a customer meets in one
 * processor. Its description is kept in {@code topology.txt}, which a test compares.
 */
public final class RewardsTopology {
  private final TopologyConfig config;
  private final AppTables tables;
  private final Topics topics;
  private final AnnouncementHistory history;
  private final Pace pace;
  private final MeterRegistry registry;

  private RewardsTopology(
      TopologyConfig config, AnnouncementHistory history, Pace pace, MeterRegistry registry) {
    this.config = config;
    this.pace = pace;
    tables = config.tables();
    topics = new Topics(config.kafka(), tables);
    this.history = history;
    this.registry = registry;
  }

  /**
   * The topology that remembers what was announced by the public topics.
   *
   * @param pace told when there is more to do than to wait for records
   */
  public static Topology of(TopologyConfig config, Pace pace, MeterRegistry registry) {
    Topics topics = new Topics(config.kafka(), config.tables());
    AnnouncementHistory history =
        new PublicTopicsHistory(config.kafka(), topics, config.pushMemory(), Clock.systemUTC());
    return new RewardsTopology(config, history, pace, registry).build();
  }

  static Topology of(TopologyConfig config, AnnouncementHistory history, MeterRegistry registry) {
    return new RewardsTopology(config, history, new Pace(), registry).build();
  }

  /** The captured tables whose changes are keyed by a customer. */
  static List<AppTable> customerTables() {
    return Arrays.stream(AppTable.values())
        .filter(AppTable::isCaptured)
        .filter(table -> !table.reachesEveryTask())
        .toList();
  }

  private Topology build() {
    Topology topology = new Topology();
    badgeRules(topology);
    customers(topology);
    campaigns(topology);
    return topology;
  }

  private void badgeRules(Topology topology) {
    source(topology, Nodes.BADGES_SOURCE, topics.changes(AppTable.BADGES));
    topology
        .addProcessor(
            Nodes.BADGE_RULES, () -> new BadgeRuleProcessor(tables, registry), Nodes.BADGES_SOURCE)
        .addStateStore(
            json(Nodes.RULE_VERSIONS_STORE, UuidSerde.bytes(), BadgeRuleProcessor.Seen.class),
            Nodes.BADGE_RULES)
        .addSink(
            Nodes.BADGE_RULES_SINK,
            topics.name(Topic.BADGE_RULES),
            new StringSerializer(),
            new ByteArraySerializer(),
            toEveryPartition(),
            Nodes.BADGE_RULES);
    sink(topology, Nodes.RULE_DEAD_LETTERS, Topic.DEAD_LETTERS, Nodes.BADGE_RULES);
  }

  private void campaigns(Topology topology) {
    source(
        topology,
        Nodes.SCHEDULED_NOTIFICATIONS_SOURCE,
        topics.changes(AppTable.SCHEDULED_NOTIFICATIONS));
    topology
        .addProcessor(
            Nodes.CAMPAIGNS,
            () -> new CampaignProcessor(tables, registry),
            Nodes.SCHEDULED_NOTIFICATIONS_SOURCE)
        .addStateStore(
            json(Nodes.CAMPAIGN_POSITIONS_STORE, UuidSerde.bytes(), Position.class),
            Nodes.CAMPAIGNS)
        .addSink(
            Nodes.CAMPAIGNS_SINK,
            topics.name(Topic.CAMPAIGNS),
            new StringSerializer(),
            new ByteArraySerializer(),
            toEveryPartition(),
            Nodes.CAMPAIGNS);
    sink(topology, Nodes.CAMPAIGN_PROGRESS, Topic.RUN_PROGRESS, Nodes.CAMPAIGNS);
    sink(topology, Nodes.CAMPAIGN_DEAD_LETTERS, Topic.DEAD_LETTERS, Nodes.CAMPAIGNS);
  }

  private void customers(Topology topology) {
    source(
        topology,
        Nodes.CHANGES_SOURCE,
        customerTables().stream().map(topics::changes).toArray(String[]::new));
    source(topology, Nodes.BADGE_RULES_SOURCE, topics.name(Topic.BADGE_RULES));
    source(topology, Nodes.CUSTOMER_FACTS_SOURCE, topics.name(Topic.CUSTOMER_FACTS));
    source(topology, Nodes.CAMPAIGNS_SOURCE, topics.name(Topic.CAMPAIGNS));
    source(topology, Nodes.TICKS_SOURCE, topics.name(Topic.TICKS));
    source(topology, Nodes.DELIVERIES_SOURCE, topics.name(Topic.DELIVERIES));
    topology.addProcessor(
        Nodes.CUSTOMERS,
        () -> new CustomerProcessor(config, topics, history, pace, registry),
        Nodes.CHANGES_SOURCE,
        Nodes.BADGE_RULES_SOURCE,
        Nodes.CUSTOMER_FACTS_SOURCE,
        Nodes.CAMPAIGNS_SOURCE,
        Nodes.TICKS_SOURCE,
        Nodes.DELIVERIES_SOURCE);
    stores().forEach(store -> topology.addStateStore(store, Nodes.CUSTOMERS));
    sink(topology, Nodes.CUSTOMER_FACTS_SINK, Topic.CUSTOMER_FACTS, Nodes.CUSTOMERS);
    sink(topology, Nodes.DECISIONS, Topic.DECISIONS, Nodes.CUSTOMERS);
    sink(topology, Nodes.BADGE_UNLOCKED, Topic.BADGE_UNLOCKED, Nodes.CUSTOMERS);
    sink(topology, Nodes.REFERRAL_TIER_REACHED, Topic.REFERRAL_TIER_REACHED, Nodes.CUSTOMERS);
    for (Push.Lane lane : Push.Lane.values()) {
      sink(topology, Nodes.pushes(lane), Topic.pushes(lane), Nodes.CUSTOMERS);
    }
    sink(topology, Nodes.RUN_PROGRESS, Topic.RUN_PROGRESS, Nodes.CUSTOMERS);
    sink(topology, Nodes.DEAD_LETTERS, Topic.DEAD_LETTERS, Nodes.CUSTOMERS);
  }

  private static List<StoreBuilder<?>> stores() {
    return List.of(
        store(Nodes.CUSTOMERS_STORE, UuidSerde.bytes(), new CustomerSerde()),
        store(Nodes.ROWS_STORE, Serdes.Bytes(), CountedRow.serde()),
        json(Nodes.RULES_STORE, UuidSerde.bytes(), BadgeRule.class),
        json(Nodes.SWEEPS_STORE, Serdes.String(), RuleSweep.Progress.class),
        json(Nodes.ANNOUNCED_STORE, UuidSerde.bytes(), Instant.class),
        json(Nodes.HELD_UNLOCKS_STORE, UuidSerde.bytes(), HeldUnlocks.Held.class),
        json(Nodes.RUNS_STORE, UuidSerde.bytes(), Share.class),
        json(Nodes.TICKS_SEEN_STORE, UuidSerde.bytes(), Instant.class),
        json(Nodes.CAMPAIGNS_STORE, UuidSerde.bytes(), Campaigns.Known.class),
        store(Nodes.AWAITED_DELIVERIES_STORE, Serdes.Bytes(), Serdes.ByteArray()));
  }

  private static <K, V> StoreBuilder<KeyValueStore<K, V>> json(
      String name, Serde<K> keys, Class<V> type) {
    return store(name, keys, Json.serde(type));
  }

  private static <K, V> StoreBuilder<KeyValueStore<K, V>> store(
      String name, Serde<K> keys, Serde<V> values) {
    return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), keys, values);
  }

  private static void source(Topology topology, String node, String... topicNames) {
    topology.addSource(node, new StringDeserializer(), new ByteArrayDeserializer(), topicNames);
  }

  private void sink(Topology topology, String node, Topic topic, String parent) {
    topology.addSink(
        node, topics.name(topic), new StringSerializer(), new ByteArraySerializer(), parent);
  }

  /** What must reach every task: a copy to each partition. */
  private static StreamPartitioner<String, byte[]> toEveryPartition() {
    return (topic, key, value, partitions) ->
        Optional.of(IntStream.range(0, partitions).boxed().collect(Collectors.toUnmodifiableSet()));
  }
}
