package app.goalgpt.topology.stream;

import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Cause;
import app.goalgpt.messages.Delivery;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.MalformedMessageException;
import app.goalgpt.messages.Tick;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import app.goalgpt.topology.TopologyConfig;
import app.goalgpt.topology.announcement.Pushes;
import app.goalgpt.topology.announcement.SettledReward;
import app.goalgpt.topology.badge.BadgeRule;
import app.goalgpt.topology.change.Change;
import app.goalgpt.topology.change.Version;
import app.goalgpt.topology.customer.Customer;
import app.goalgpt.topology.customer.Fact;
import app.goalgpt.topology.customer.FactReader;
import app.goalgpt.topology.customer.Referral;
import app.goalgpt.topology.customer.Tallies;
import app.goalgpt.topology.decision.Decider;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Where everything about a customer meets: changes of the customer's rows, what other customers'
 * rows tell, and the rules. One read and one write of the customer per fact. Longer than most: it
 * is the one place that knows every input.
 */
final class CustomerProcessor implements Processor<String, byte[], String, byte[]> {
  private static final Duration SWEEP_PAUSE = Duration.ofMillis(1);

  /**
   * Work of a slice: 600 customers who are only looked at, or 85 pushes. Up to 3.5 ms: what arrives
   * meanwhile waits for one slice of each of a thread's tasks.
   */
  private static final int SWEEP_SLICE = 600;

  private static final Duration HELD_LOOK = Duration.ofMillis(100);

  /** What is done with a topic's records, and what a dead letter says when it cannot be. */
  private record Input(String step, Consumer<Record<String, byte[]>> reader) {}

  private final TopologyConfig config;
  private final AppTables tables;
  private final Decider decider;
  private final AnnouncementHistory history;
  private final Pace pace;
  private final MeterRegistry registry;
  private final Map<String, Input> inputs = new HashMap<>();

  private ProcessorContext<String, byte[]> context;
  private Outputs outputs;
  private DeadLetters deadLetters;
  private CustomerStore customers;
  private RuleBook rules;
  private RuleSweep sweep;
  private Runs runs;
  private SweepMeters meters;
  private Announcer announcer;
  private Cancellable sweeping;
  private Instant lastSlice = Instant.EPOCH;

  CustomerProcessor(
      TopologyConfig config,
      Topics topics,
      AnnouncementHistory history,
      Pace pace,
      MeterRegistry registry) {
    this.config = config;
    this.pace = pace;
    tables = config.tables();
    decider = new Decider(config.qualifyingStatuses());
    this.history = history;
    this.registry = registry;
    for (AppTable table : RewardsTopology.customerTables()) {
      input(
          topics.changes(table),
          DeadLetters.CHANGE,
          record -> change(record.key(), Change.read(table, tables, record.value())));
    }
    input(
        topics.name(Topic.BADGE_RULES),
        DeadLetters.CHANGE,
        record -> rule(Json.read(record.value(), BadgeRule.class)));
    input(
        topics.name(Topic.CUSTOMER_FACTS),
        DeadLetters.CHANGE,
        record ->
            toldByOthers(customerId(record.key()), Json.read(record.value(), CustomerFact.class)));
    input(
        topics.name(Topic.TICKS),
        DeadLetters.TICK,
        record -> runs.tick(Json.read(record.value(), Tick.class)));
    input(
        topics.name(Topic.CAMPAIGNS),
        DeadLetters.CAMPAIGN,
        record -> runs.campaign(Json.read(record.value(), CampaignVersion.class)));
    input(
        topics.name(Topic.DELIVERIES),
        DeadLetters.DELIVERY,
        record -> runs.delivery(Json.read(record.value(), Delivery.class)));
  }

  private void input(String topic, String step, Consumer<Record<String, byte[]>> reader) {
    inputs.put(topic, new Input(step, reader));
  }

  @Override
  public void init(ProcessorContext<String, byte[]> context) {
    this.context = context;
    outputs = new Outputs(context, registry);
    deadLetters = new DeadLetters(context, Nodes.DEAD_LETTERS, registry);
    customers = new CustomerStore(context);
    rules = new RuleBook(context.getStateStore(Nodes.RULES_STORE));
    sweep = new RuleSweep(context.getStateStore(Nodes.SWEEPS_STORE));
    announcer =
        new Announcer(
            context.getStateStore(Nodes.ANNOUNCED_STORE),
            history,
            context.taskId().partition(),
            config.pushMemory(),
            new Pushes(config.rewardPushLifetime()),
            new HeldUnlocks(context.getStateStore(Nodes.HELD_UNLOCKS_STORE)),
            config.badgePushWindow(),
            outputs);
    meters = new SweepMeters(registry, context.taskId().partition());
    runs = new Runs(context, config, outputs, announcer, customers);
    if (!config.badgePushWindow().isZero()) {
      context.schedule(HELD_LOOK, PunctuationType.WALL_CLOCK_TIME, time -> tellHeld());
    }
    context.schedule(Runs.heartbeat(), PunctuationType.WALL_CLOCK_TIME, time -> runs.beat());
    sweepOn();
  }

  @Override
  public void process(Record<String, byte[]> record) {
    String topic = context.recordMetadata().map(RecordMetadata::topic).orElseThrow();
    outputs.reading(record.timestamp());
    Input input = inputs.get(topic);
    try {
      input.reader().accept(record);
    } catch (MalformedMessageException | ArithmeticException e) {
      deadLetters.setAside(input.step(), e.getMessage(), record);
    }
    sweepOn();
    outputs.commitWhenDue(context.currentSystemTimeMs() - record.timestamp());
  }

  private void rule(BadgeRule rule) {
    if (rules.accept(rule)) {
      sweep.add(rule.badgeId());
    }
  }

  private void change(String key, Change change) {
    pace.changeCame(now());
    if (key == null && change.row().isNull(change.table().keyColumn())) {
      nobodys(change);
      return;
    }
    UUID customerId = customerId(key);
    if (change.table() == AppTable.REWARD_LEDGER) {
      if (change.version().present()) {
        SettledReward reward = SettledReward.read(change.row());
        announcer.announce(customerId, customers.get(customerId), reward, now());
      }
      return;
    }
    Fact fact = FactReader.read(change);
    Cause cause =
        new Cause(
            tables.table(change.table()),
            change.row().uuid("id").toString(),
            change.version().lsn(),
            change.committedAt());
    Optional<Instant> activity = FactReader.activity(change);
    Customer before = customers.get(customerId);
    Customer changed = customers.apply(customerId, before, change.version(), fact);
    Customer active = activity.map(at -> changed.activeAt(at, config.zone())).orElse(changed);
    Customer after = active == before ? before : decide(customerId, active, cause);
    if (fact instanceof Fact.WasReferred && after != before) {
      tellReferrer(
          customerId, before.referral().value(), after.referral().value(), change.version(), cause);
    } else if (before.isDeleted() && after.isAlive()) {
      customers
          .invited(customerId)
          .forEach(
              (referralId, referredId) ->
                  outputs.fact(referredId, new CustomerFact.ReferrerReturned(referralId, cause)));
    }
  }

  /** Predictions wait for a buyer; every other row has its customer from the beginning. */
  private static void nobodys(Change change) {
    if (change.table() != AppTable.TS_PREDICTION_MAPPED) {
      throw change.row().malformed(change.table().keyColumn(), "a customer's uuid");
    }
  }

  private void toldByOthers(UUID customerId, CustomerFact told) {
    Customer customer = customers.get(customerId);
    if (told instanceof CustomerFact.Referring referring) {
      Fact fact =
          new Fact.Counted(
              Fact.Kind.REFERRAL,
              referring.referralId(),
              Tallies.referral(referring.tier()),
              referring.referredId());
      Customer after = customers.apply(customerId, customer, referring.version(), fact);
      if (after != customer) {
        decide(customerId, after, referring.cause());
      }
    } else if (told instanceof CustomerFact.ReferrerReturned returned) {
      decide(customerId, customer.decidedTier(0), returned.cause());
    } else if (told instanceof CustomerFact.WelcomeReward reward) {
      announcer.welcome(customerId, customer, reward, now());
    }
  }

  private Customer decide(UUID customerId, Customer customer, Cause cause) {
    Decider.Outcome outcome = decider.afterFact(customerId, customer, rules.active(), cause, now());
    customers.put(customerId, outcome.customer());
    outcome.decisions().forEach(outputs::decision);
    return outcome.customer();
  }

  private void tellReferrer(
      UUID referredId, Referral before, Referral after, Version version, Cause cause) {
    boolean left =
        before != null
            && (after == null
                || !before.id().equals(after.id())
                || !before.referrerId().equals(after.referrerId()));
    if (left) {
      Version gone = new Version(version.lsn(), version.snapshot(), false);
      outputs.fact(
          before.referrerId(),
          new CustomerFact.Referring(before.id(), referredId, before.tier(), gone, cause));
    }
    if (after != null) {
      outputs.fact(
          after.referrerId(),
          new CustomerFact.Referring(after.id(), referredId, after.tier(), version, cause));
    }
  }

  private void tellHeld() {
    announcer.tellHeld(customers, now());
    outputs.commitWhenDue(0);
  }

  private void sweepOn() {
    if (isSweeping() && sweeping == null) {
      sweeping =
          context.schedule(SWEEP_PAUSE, PunctuationType.WALL_CLOCK_TIME, time -> sweepSlice());
    }
  }

  private boolean isSweeping() {
    return sweep.isUnderWay() || runs.isUnderWay();
  }

  /** Rewards first: jobs and campaigns wait for the rules' pass. */
  private void sweepSlice() {
    if (sweep.isUnderWay()) {
      ruleSlice();
    } else if (runs.isUnderWay() && pace.allows(lastSlice, now())) {
      lastSlice = now();
      runs.slice(SWEEP_SLICE);
    }
    outputs.commitWhenDue(0);
    sweep.tell(meters);
    runs.tell(meters);
    meters.tell();
    if (isSweeping()) {
      pace.hurry(now());
    } else { // or a campaign was cancelled
      sweeping.cancel();
      sweeping = null;
    }
  }

  @Override
  public void close() {
    meters.close();
  }

  private void ruleSlice() {
    var swept = sweep.rules(rules);
    sweep.slice(
        customers,
        SWEEP_SLICE,
        (customerId, customer) -> {
          Decider.Outcome outcome = decider.afterRules(customerId, customer, swept, now());
          if (outcome.customer() != customer) {
            customers.put(customerId, outcome.customer());
            outcome.decisions().forEach(outputs::decision);
          }
          return Runs.LOOK; // whoever earned something waits: the pass goes first
        });
  }

  private static UUID customerId(String key) {
    try {
      return UUID.fromString(key);
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new MalformedMessageException("key is %s: allowed is a customer's uuid".formatted(key));
    }
  }

  private Instant now() {
    return Instant.ofEpochMilli(context.currentSystemTimeMs());
  }
}
