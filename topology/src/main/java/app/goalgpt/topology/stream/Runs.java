package app.goalgpt.topology.stream;

import app.goalgpt.messages.Delivery;
import app.goalgpt.messages.Job;
import app.goalgpt.messages.MalformedMessageException;
import app.goalgpt.messages.Push;
import app.goalgpt.messages.RewardId;
import app.goalgpt.messages.RunProgress;
import app.goalgpt.messages.Tick;
import app.goalgpt.topology.TopologyConfig;
import app.goalgpt.topology.campaign.Campaign;
import app.goalgpt.topology.campaign.CampaignOutreach;
import app.goalgpt.topology.customer.Customer;
import app.goalgpt.topology.job.BusinessMoment;
import app.goalgpt.topology.job.CustomerJobs;
import app.goalgpt.topology.job.Due;
import app.goalgpt.topology.job.Outreach;
import app.goalgpt.topology.job.Variant;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This partition's shares of job runs and campaigns: begun by ticks, swept a slice at a time and in
 * turns, reported as they go. All of it is in stores, written in the transaction that sends the
 * pushes: a restart goes on after the last committed slice. Longer than most: it is the life of a
 * share, from its tick to its last delivery.
 */
final class Runs {
  private static final Logger LOG = LoggerFactory.getLogger(Runs.class);

  /** What it costs to look at a customer: reading the state. The unit of a slice's work. */
  static final int LOOK = 1;

  /** What it costs to make a push. */
  static final int TELL = 6;

  private static final Duration REPORT_GAP = Duration.ofSeconds(1);
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);
  private static final Duration PRUNE_GAP = Duration.ofHours(1);

  /** As long as ticks are kept. */
  private static final Duration MEMORY = Duration.ofDays(30);

  /** After the last push's deadline the notifier has said so, or never will. */
  private static final Duration LAST_DELIVERY = Duration.ofHours(25);

  private final ProcessorContext<?, ?> context;
  private final TopologyConfig config;
  private final Outputs outputs;
  private final Announcer announcer;
  private final CustomerStore customers;
  private final KeyValueStore<UUID, Share> store;
  private final TicksSeen seen;
  private final Campaigns campaigns;
  private final AwaitedDeliveries deliveries;
  private final Map<UUID, Share> shares = new LinkedHashMap<>();
  private final Deque<UUID> turns = new ArrayDeque<>();
  private Instant pruned = Instant.EPOCH;

  Runs(
      ProcessorContext<?, ?> context,
      TopologyConfig config,
      Outputs outputs,
      Announcer announcer,
      CustomerStore customers) {
    this.context = context;
    this.config = config;
    this.outputs = outputs;
    this.announcer = announcer;
    this.customers = customers;
    store = context.getStateStore(Nodes.RUNS_STORE);
    seen = new TicksSeen(context.getStateStore(Nodes.TICKS_SEEN_STORE));
    campaigns = new Campaigns(context.getStateStore(Nodes.CAMPAIGNS_STORE), config.zone());
    deliveries = new AwaitedDeliveries(context.getStateStore(Nodes.AWAITED_DELIVERIES_STORE));
    try (KeyValueIterator<UUID, Share> all = store.all()) {
      all.forEachRemaining(share -> remember(share.value));
    }
  }

  private void remember(Share share) {
    shares.put(share.runId(), share);
    queue(share);
  }

  private void queue(Share share) {
    if (share.inTurn()) {
      turns.add(share.runId());
    }
  }

  /**
   * @throws MalformedMessageException when it cannot be used, saying why
   */
  void tick(Tick tick) {
    Job job = TicksSeen.job(tick);
    if (job.worker() != Job.Worker.TOPOLOGY || !seen.isNew(tick)) {
      return;
    }
    Instant now = now();
    Duration age = Duration.between(tick.sentAt(), now);
    if (age.compareTo(config.tickLifetime()) > 0) {
      close(
          tick,
          0,
          0,
          "not done: the tick is %s old, TICK_LIFETIME is %s"
              .formatted(age, config.tickLifetime()));
    } else if (job == Job.SCHEDULED_NOTIFICATIONS) {
      resumeCampaigns(tick);
      int started = startCampaigns(tick);
      // Each partition starts each campaign; it is counted once.
      close(tick, partition() == 0 ? started : 0, now.toEpochMilli(), null);
    } else {
      start(Share.of(tick, now));
    }
  }

  /** A run that is over as soon as it began. Sequence 0 never replaces an earlier report. */
  private void close(Tick tick, long items, long sequence, String error) {
    outputs.progress(
        new RunProgress(
            tick.runId(),
            tick.job(),
            tick.plannedAt(),
            partition(),
            config.kafka().partitions(),
            sequence,
            RunProgress.State.DONE,
            items,
            0,
            0,
            error,
            now(),
            now()));
  }

  /** Those that wait for an hour which has come. */
  private void resumeCampaigns(Tick tick) {
    for (Share share : List.copyOf(shares.values())) {
      if (share.waitedUntil(tick.plannedAt())) {
        start(share.resumed(tick));
      }
    }
  }

  private int startCampaigns(Tick tick) {
    int started = 0;
    for (Campaign campaign : campaigns.due(tick.plannedAt())) {
      if (!shares.containsKey(campaign.id())) {
        boolean variants =
            campaigns.outreach(campaign.id()).filter(CampaignOutreach::triesTwoTexts).isPresent();
        start(Share.of(campaign, variants, tick, now()));
        started++;
      }
    }
    return started;
  }

  private void start(Share share) {
    queue(share);
    report(share);
  }

  /** A campaign's row has changed. */
  void campaign(CampaignVersion news) {
    UUID id = news.campaign().id();
    Share share = shares.get(id);
    Optional<Campaign.Status> status = campaigns.accept(news, share != null && share.sweeping());
    if (status.isEmpty() || share == null) {
      return;
    }
    switch (status.get()) {
      case CANCELLED -> {
        if (share.sweeping()) {
          turns.remove(id);
          report(share.in(RunProgress.State.CANCELLED));
        }
      }
      case PENDING -> {
        if (share.state() == RunProgress.State.CANCELLED) {
          start(share.in(RunProgress.State.RUNNING));
        } else if (!share.sweeping()) {
          LOG.warn("campaign {} is pending again, but was sent: nobody gets it twice", id);
        }
      }
      // Our own reports say so: a share that was given up, and its campaign called failed, still
      // finishes when its owner is back.
      case SENDING, OVER -> {}
    }
  }

  /** What became of a push. The first word about a campaign's customer counts. */
  void delivery(Delivery delivery) {
    Share share = delivery.campaignId() == null ? null : shares.get(delivery.campaignId());
    if (share == null || share.ended() || !delivery.isFinal()) {
      return;
    }
    if (delivery.customerId() == null) {
      throw new MalformedMessageException("customerId is missing");
    }
    boolean accepted =
        delivery.results().stream()
            .anyMatch(result -> result.outcome() == Delivery.Outcome.ACCEPTED);
    deliveries
        .delivered(share.runId(), delivery.customerId(), accepted)
        .ifPresent(variant -> moved(share, share.delivered(variant, accepted)));
  }

  boolean isUnderWay() {
    return !turns.isEmpty();
  }

  /** Says how far the passes are. */
  void tell(SweepMeters meters) {
    for (UUID runId : turns) {
      Share share = shares.get(runId);
      meters.underWay(share.job(), share.after());
    }
  }

  /** The next slice of the share whose turn it is. */
  void slice(int budget) {
    Share share = shares.get(turns.remove());
    Optional<? extends Outreach> outreach =
        share.ofCampaign()
            ? campaigns.outreach(share.runId())
            : Job.named(share.job()).flatMap(CustomerJobs::of);
    if (outreach.isEmpty()) {
      moved(share, share.over());
      return;
    }
    SweepCounts counts = new SweepCounts();
    UUID last =
        share.stage() == Share.Stage.PLANNED
            ? slicePlanned(share, outreach.get(), budget, counts)
            : sliceCustomers(share, outreach.get(), budget, counts);
    if (last == null) {
      moved(share, share.swept(share.after(), counts).passed());
    } else {
      turns.add(share.runId());
      moved(share, share.swept(last, counts));
    }
  }

  private UUID sliceCustomers(Share share, Outreach outreach, int budget, SweepCounts counts) {
    BusinessMoment moment = new BusinessMoment(share.moment(), config.zone());
    return customers.visit(
        share.after(),
        budget,
        (id, customer) -> {
          List<Due> dues = outreach.dues(id, customer, moment);
          tell(share, id, customer, dues, counts);
          return LOOK + TELL * dues.size();
        });
  }

  /** Whoever was planned is asked again when the hour has come: much may have changed since. */
  private UUID slicePlanned(Share share, Outreach outreach, int budget, SweepCounts counts) {
    BusinessMoment moment = new BusinessMoment(share.moment(), config.zone());
    return deliveries.visitPlanned(
        share.runId(),
        share.after(),
        budget,
        (id, notBefore) -> {
          if (notBefore.isAfter(share.moment())) {
            counts.planned(notBefore);
            return LOOK;
          }
          Customer customer = customers.get(id);
          List<Due> dues = outreach.dues(id, customer, moment);
          if (!tell(share, id, customer, dues, counts)) {
            deliveries.unplan(share.runId(), id);
          }
          return LOOK + TELL * dues.size();
        });
  }

  /**
   * Tells what is due, or plans it.
   *
   * @return whether anything was told
   */
  private boolean tell(
      Share share, UUID customerId, Customer customer, List<Due> dues, SweepCounts counts) {
    Instant now = now();
    Variant told = null;
    for (Due due : dues) {
      UUID id = RewardId.notice(due.occasion(), customerId);
      Instant deadline = share.byTheMachine(due.deadline());
      if (!announcer.hasPushed(id, now)) {
        if (share.stage() != Share.Stage.PLANNED && due.isAfter(share.moment())) {
          deliveries.plan(share.runId(), customerId, due.notBefore());
          counts.planned(due.notBefore());
          continue;
        }
        if (!now.isBefore(deadline)) {
          continue;
        }
        outputs.push(push(share, id, customerId, customer, due, deadline));
      }
      told = due.variant();
      if (share.ofCampaign()) {
        Optional<Boolean> delivered = deliveries.pushed(share.runId(), customerId, told);
        counts.add(told, delivered.map(Tally::settled).orElse(Tally.AWAITED));
      }
    }
    if (told != null) {
      counts.add(told, Tally.TOLD);
    }
    return told != null;
  }

  private static Push push(
      Share share, UUID id, UUID customerId, Customer customer, Due due, Instant deadline) {
    return new Push(
        id,
        customerId,
        due.notice().title(),
        due.notice().body(),
        due.notice().data(),
        due.notice().deepLink(),
        due.notice().imageUrl(),
        share.ofCampaign() ? Push.Lane.CAMPAIGN : Push.Lane.REMINDER,
        customer.addresses(),
        share.sentAt(),
        deadline,
        share.ofCampaign() ? share.runId() : null);
  }

  /** Keeps what a share has come to; reports it when it is new, or time to. */
  private void moved(Share before, Share share) {
    boolean news =
        share.state() != before.state()
            || share.stage() != before.stage()
            || share.ended()
            || !now().isBefore(share.reportedAt().plus(REPORT_GAP));
    if (news) {
      report(share);
    } else {
      keep(share);
    }
  }

  private void report(Share share) {
    Share reported = share.reported(now());
    outputs.progress(reported.report(partition(), config.kafka().partitions()));
    keep(reported);
  }

  /**
   * A campaign that ended is remembered, so that it never starts over; a job's tick is. So is who
   * of a cancelled one was planned, as it may go on.
   */
  private void keep(Share share) {
    if (share.ended() && share.ofCampaign() && share.state() != RunProgress.State.CANCELLED) {
      deliveries.forget(share.runId());
    }
    if (share.ended() && !share.ofCampaign()) {
      shares.remove(share.runId());
      store.delete(share.runId());
    } else {
      shares.put(share.runId(), share);
      store.put(share.runId(), share);
    }
  }

  /** How often {@link #beat} is to be called. */
  static Duration heartbeat() {
    return HEARTBEAT;
  }

  /** Says of shares that wait that they are looked after, and forgets what is long over. */
  void beat() {
    Instant now = now();
    for (Share share : List.copyOf(shares.values())) {
      if (share.ended()) {
        continue;
      }
      if (!share.sweeping() && now.isAfter(share.sentAt().plus(LAST_DELIVERY))) {
        report(share.givenUp());
      } else if (now.isAfter(share.reportedAt().plus(HEARTBEAT))) {
        report(share);
      }
    }
    if (now.isAfter(pruned.plus(PRUNE_GAP))) {
      pruned = now;
      prune(now.minus(MEMORY));
    }
  }

  private void prune(Instant oldest) {
    seen.forgetBefore(oldest);
    for (Share share : List.copyOf(shares.values())) {
      if (share.ended() && share.sentAt().isBefore(oldest)) {
        deliveries.forget(share.runId());
        shares.remove(share.runId());
        store.delete(share.runId());
      }
    }
  }

  private int partition() {
    return context.taskId().partition();
  }

  private Instant now() {
    return Instant.ofEpochMilli(context.currentSystemTimeMs());
  }
}
