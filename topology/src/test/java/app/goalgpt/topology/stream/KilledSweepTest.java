package app.goalgpt.topology.stream;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.messages.Delivery;
import app.goalgpt.messages.Delivery.Outcome;
import app.goalgpt.messages.Job;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.Push;
import app.goalgpt.messages.RunProgress;
import app.goalgpt.messages.Tick;
import app.goalgpt.settings.Settings;
import app.goalgpt.topology.TopologyConfig;
import app.goalgpt.topology.announcement.Pushes;
import app.goalgpt.topology.campaign.Campaign;
import app.goalgpt.topology.change.Version;
import app.goalgpt.topology.customer.Customer;
import app.goalgpt.topology.customer.Device;
import app.goalgpt.topology.customer.Fact;
import app.goalgpt.topology.customer.Level;
import app.goalgpt.topology.customer.Profile;
import app.goalgpt.topology.customer.Standing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A task that is killed again and again: what its last transaction wrote to stores and topics is
 * gone then, together, as exactly_once_v2 has it; what was committed is what the next one finds.
 */
class KilledSweepTest {
  private static final int CUSTOMERS = 400;
  private static final int SLICE = 7 * 10;
  private static final Instant NOW = Instant.parse("2026-01-12T22:00:01Z");
  private static final Tick STREAKS =
      new Tick(Job.STREAK_BREAK_WARNINGS.specName(), Instant.parse("2026-01-12T22:00:00Z"), NOW);
  private static final Tick CAMPAIGNS =
      new Tick(Job.SCHEDULED_NOTIFICATIONS.specName(), Instant.parse("2026-01-12T22:00:00Z"), NOW);

  private final MockProcessorContext<String, byte[]> context = new MockProcessorContext<>();
  private final TopologyConfig config =
      TopologyConfig.from(Settings.of(Map.of("TOPIC_PARTITIONS", "1")));
  private final List<KeyValueStore<Object, Object>> stores = new ArrayList<>();
  private final Set<UUID> customers = new HashSet<>();

  private List<Map<Object, Object>> committed;
  private final List<byte[]> pushes = new ArrayList<>();
  private final List<RunProgress> reports = new ArrayList<>();
  private Runs runs;

  @BeforeEach
  void start() {
    context.setCurrentSystemTimeMs(NOW.toEpochMilli());
    KeyValueStore<UUID, Customer> customerStore =
        store(Nodes.CUSTOMERS_STORE, UuidSerde.bytes(), new CustomerSerde());
    store(Nodes.ROWS_STORE, Serdes.Bytes(), CountedRow.serde());
    store(Nodes.ANNOUNCED_STORE, UuidSerde.bytes(), Json.serde(Instant.class));
    store(Nodes.HELD_UNLOCKS_STORE, UuidSerde.bytes(), Json.serde(HeldUnlocks.Held.class));
    store(Nodes.RUNS_STORE, UuidSerde.bytes(), Json.serde(Share.class));
    store(Nodes.TICKS_SEEN_STORE, UuidSerde.bytes(), Json.serde(Instant.class));
    store(Nodes.CAMPAIGNS_STORE, UuidSerde.bytes(), Json.serde(Campaigns.Known.class));
    store(Nodes.AWAITED_DELIVERIES_STORE, Serdes.Bytes(), Serdes.ByteArray());
    for (int i = 0; i < CUSTOMERS; i++) {
      UUID id = UUID.randomUUID();
      customerStore.put(id, customer(id));
      customers.add(id);
    }
    commit();
    kill();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyoneIsToldOnceByAJobAndByACampaignAndTheCountsAreRight(long seed) {
    Random random = new Random(seed);
    UUID campaign = UUID.randomUUID();
    runs.campaign(pending(campaign));
    runs.tick(STREAKS);
    runs.tick(CAMPAIGNS);
    commit();

    int kills = 0;
    Set<UUID> delivered = new HashSet<>();
    while (runs.isUnderWay() || delivered.size() < CUSTOMERS) {
      for (int slices = random.nextInt(4); slices > 0 && runs.isUnderWay(); slices--) {
        runs.slice(SLICE);
      }
      Set<UUID> answered = deliver(campaign, delivered, random);
      if (random.nextInt(3) == 0) {
        kill();
        kills++;
      } else {
        commit();
        delivered.addAll(answered);
      }
      if (random.nextInt(5) == 0) { // read again after a restart of the bridge
        runs.tick(STREAKS);
        runs.tick(CAMPAIGNS);
      }
    }
    commit();

    assertThat(kills).isGreaterThan(5);
    assertThat(told(push -> push.campaignId() == null))
        .containsExactlyInAnyOrderElementsOf(customers);
    assertThat(told(push -> campaign.equals(push.campaignId())))
        .containsExactlyInAnyOrderElementsOf(customers);
    assertThat(ends(STREAKS.runId())).hasSize(1);
    assertThat(ends(STREAKS.runId()).get(0).items()).isEqualTo(CUSTOMERS);
    assertThat(ends(campaign)).hasSize(1);
    RunProgress end = ends(campaign).get(0);
    long accepted = customers.stream().filter(KilledSweepTest::accepts).count();
    assertThat(end.items()).isEqualTo(CUSTOMERS);
    assertThat(end.succeeded()).isEqualTo(accepted);
    assertThat(end.failed()).isEqualTo(CUSTOMERS - accepted);
    Map<String, RunProgress.Counts> variants = new HashMap<>();
    for (String variant : List.of("A", "B")) {
      List<UUID> told = told(push -> variant.equals(push.data().get("variant")));
      long took = told.stream().filter(KilledSweepTest::accepts).count();
      assertThat(took).isPositive();
      variants.put(variant, new RunProgress.Counts(told.size(), took, told.size() - took));
    }
    assertThat(end.variants()).isEqualTo(variants);
  }

  /**
   * A campaign that waits for best hours, from 22:00 on, with kills in all of its passes. A
   * customer's hour is known here from the day on which the customer was made.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyoneIsToldOnceAtTheBestHour(long seed) {
    Random random = new Random(seed);
    UUID campaign = UUID.randomUUID();
    runs.campaign(pending(campaign, "{\"options\": {\"best_hour_within_hours\": 24}}"));
    commit();
    Set<UUID> before = new HashSet<>();
    for (int passed = 0; passed < 24; passed++) {
      Instant hour = CAMPAIGNS.plannedAt().plus(Duration.ofHours(passed));
      int ofDay = (22 + passed) % 24;
      runs.tick(new Tick(CAMPAIGNS.job(), hour, NOW));
      commit();
      while (runs.isUnderWay()) {
        runs.slice(SLICE);
        if (random.nextInt(3) == 0) {
          kill();
        } else {
          commit();
        }
      }
      List<UUID> told = told(push -> campaign.equals(push.campaignId()));
      assertThat(told).doesNotHaveDuplicates();
      assertThat(told.stream().filter(customer -> !before.contains(customer)))
          .as("told at %s", hour)
          .containsExactlyInAnyOrderElementsOf(
              customers.stream().filter(customer -> hourOf(customer) == ofDay).toList());
      before.addAll(told);
      kill();
    }
    assertThat(before).isEqualTo(customers);
    customers.forEach(customer -> runs.delivery(delivery(campaign, customer, Outcome.ACCEPTED)));
    commit();
    assertThat(ends(campaign)).hasSize(1);
    assertThat(ends(campaign).get(0).succeeded()).isEqualTo(CUSTOMERS);
  }

  /** The last digits; those with 24 to 31 have no hour and are told at 22:00. */
  private static int hourOf(UUID customer) {
    int hour = (int) (customer.getLeastSignificantBits() & 31);
    return hour < 24 ? hour : 22;
  }

  /** Answers to some of the campaign's pushes that were committed; some of them twice. */
  private Set<UUID> deliver(UUID campaign, Set<UUID> delivered, Random random) {
    Set<UUID> answered = new HashSet<>();
    for (UUID customer : told(push -> campaign.equals(push.campaignId()))) {
      if (random.nextInt(3) > 0) {
        Outcome outcome = accepts(customer) ? Outcome.ACCEPTED : Outcome.DEAD_TOKEN;
        if (!delivered.contains(customer) || random.nextInt(10) == 0) {
          runs.delivery(delivery(campaign, customer, outcome));
          answered.add(customer);
        }
      }
    }
    return answered;
  }

  private static boolean accepts(UUID customer) {
    return customer.getLeastSignificantBits() % 3 != 0;
  }

  private static Delivery delivery(UUID campaign, UUID customer, Outcome outcome) {
    return new Delivery(
        UUID.randomUUID(),
        customer,
        Push.Lane.CAMPAIGN,
        List.of(new Delivery.Result(UUID.randomUUID(), null, outcome, null, 1)),
        NOW,
        NOW,
        campaign);
  }

  private static CampaignVersion pending(UUID id) {
    return pending(id, "{\"options\": {\"variant_b\": {\"share\": 40, \"title_tr\": \"b\"}}}");
  }

  private static CampaignVersion pending(UUID id, String filter) {
    Campaign campaign =
        new Campaign(
            id,
            Campaign.Status.PENDING,
            "t",
            null,
            "b",
            null,
            null,
            null,
            "all",
            filter,
            CAMPAIGNS.plannedAt());
    return new CampaignVersion(new Version(5, false, true), campaign);
  }

  private static Customer customer(UUID id) {
    Version version = new Version(1, false, true);
    long hour = id.getLeastSignificantBits() & 31;
    Customer active =
        hour < 24
            ? Customer.UNKNOWN.activeAt(
                Instant.parse("2026-01-11T00:10:00Z").plus(Duration.ofHours(hour)), ZoneOffset.UTC)
            : Customer.UNKNOWN;
    return active
        .with(version, new Fact.Profiled(new Profile(false, true, "tr")))
        .with(version, new Fact.Reachable(UUID.randomUUID(), new Device("token", "ios")))
        .with(version, new Fact.Ranked(new Standing(Level.GOLD, 4, 9, LocalDate.of(2026, 1, 11))));
  }

  private List<UUID> told(Predicate<Push> of) {
    return pushes.stream()
        .map(push -> Json.read(push, Push.class))
        .filter(of)
        .map(Push::customerId)
        .toList();
  }

  private List<RunProgress> ends(UUID run) {
    return reports.stream()
        .filter(report -> report.runId().equals(run))
        .filter(report -> report.state() == RunProgress.State.DONE)
        .toList();
  }

  /** Keeps what the stores hold and what was sent. */
  private void commit() {
    committed = stores.stream().map(KilledSweepTest::content).toList();
    for (var forwarded : context.forwarded()) {
      String node = forwarded.childName().orElseThrow();
      if (Arrays.stream(Push.Lane.values()).map(Nodes::pushes).anyMatch(node::equals)) {
        pushes.add((byte[]) forwarded.record().value());
      } else if (node.equals(Nodes.RUN_PROGRESS)) {
        reports.add(Json.read((byte[]) forwarded.record().value(), RunProgress.class));
      }
    }
    context.resetForwards();
  }

  /** Undoes what was not committed, and starts anew on what was. */
  private void kill() {
    context.resetForwards();
    for (int i = 0; i < stores.size(); i++) {
      KeyValueStore<Object, Object> store = stores.get(i);
      Map<Object, Object> before = committed.get(i);
      content(store).keySet().stream()
          .filter(key -> !before.containsKey(key))
          .forEach(store::delete);
      before.forEach(store::put);
    }
    Outputs outputs = new Outputs(context, new SimpleMeterRegistry());
    Announcer announcer =
        new Announcer(
            context.getStateStore(Nodes.ANNOUNCED_STORE),
            partition -> AnnouncementHistory.Tail.EMPTY,
            0,
            config.pushMemory(),
            new Pushes(config.rewardPushLifetime()),
            new HeldUnlocks(context.getStateStore(Nodes.HELD_UNLOCKS_STORE)),
            config.badgePushWindow(),
            outputs);
    runs = new Runs(context, config, outputs, announcer, new CustomerStore(context));
  }

  private static Map<Object, Object> content(KeyValueStore<Object, Object> store) {
    Map<Object, Object> content = new HashMap<>();
    try (KeyValueIterator<Object, Object> all = store.all()) {
      all.forEachRemaining(entry -> content.put(entry.key, entry.value));
    }
    return content;
  }

  @SuppressWarnings("unchecked") // keys and values are only carried about
  private <K, V> KeyValueStore<K, V> store(String name, Serde<K> keys, Serde<V> values) {
    KeyValueStore<K, V> store =
        Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), keys, values)
            .withLoggingDisabled()
            .build();
    store.init(context.getStateStoreContext(), store);
    context.addStateStore(store);
    stores.add((KeyValueStore<Object, Object>) store);
    return store;
  }
}
