package app.goalgpt.topology.stream;

import app.goalgpt.messages.BadgeUnlocked;
import app.goalgpt.messages.Decision;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.Push;
import app.goalgpt.messages.ReferralTierReached;
import app.goalgpt.messages.RunProgress;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Where a task's records go. What somebody waits for also asks for a commit, since under
 * exactly_once_v2 nothing is seen before it; not more often than {@link #SHORTEST_GAP}, since
 * commits have their price (MEASURED: without a limit it collapses at 500 a second). But the first
 * few after a quiet while keep no distance: one comment leads to a decision, a settled reward and a
 * push, each with a commit, within twenty milliseconds, and whoever comes next is not to wait for
 * that. Less often while a backlog is read: who has waited for seconds gains nothing by 20 ms.
 */
final class Outputs {
  private static final long SHORTEST_GAP = 20; // ms
  private static final long LONGEST_GAP = 500; // ms

  private static final long LAG_PER_GAP = 4;

  /** Without a commit for so long, a task is at leisure. */
  private static final long QUIET = 50; // ms

  /** Commits of a task at leisure that keep no distance from each other. */
  private static final int AT_ONCE = 3;

  private final ProcessorContext<String, byte[]> context;
  private final Counter unlocks;
  private final Counter tiers;
  private final Map<Push.Lane, Counter> pushes = new EnumMap<>(Push.Lane.class);
  private long inputTimestamp;
  private long lastCommit;
  private long lag;
  private int awaited;
  private int atOnce;
  private Cancellable alarm;

  Outputs(ProcessorContext<String, byte[]> context, MeterRegistry registry) {
    this.context = context;
    unlocks = registry.counter("goalgpt.decisions", "kind", Decision.BADGE_UNLOCK);
    tiers = registry.counter("goalgpt.decisions", "kind", Decision.REFERRAL_TIER);
    for (Push.Lane lane : Push.Lane.values()) {
      pushes.put(lane, registry.counter("goalgpt.pushes", "lane", lane.name()));
    }
  }

  void decision(Decision decision) {
    send(Nodes.DECISIONS, decision.key(), decision);
    (decision instanceof Decision.BadgeUnlock ? unlocks : tiers).increment();
    awaited++;
  }

  /** Awaited by whoever shows rewards as they come, though nobody be pushed. */
  void badgeUnlocked(BadgeUnlocked event) {
    send(Nodes.BADGE_UNLOCKED, event.customerId(), event);
    awaited++;
  }

  void referralTierReached(ReferralTierReached event) {
    send(Nodes.REFERRAL_TIER_REACHED, event.referrerId(), event);
    awaited++;
  }

  void push(Push push) {
    send(Nodes.pushes(push.lane()), push.customerId(), push);
    pushes.get(push.lane()).increment();
    if (push.lane() == Push.Lane.REWARD) {
      awaited++;
    }
  }

  /** A share's end is waited for; how far it is may wait for the next commit. */
  void progress(RunProgress progress) {
    send(Nodes.RUN_PROGRESS, progress.runId(), progress);
    if (progress.state() != RunProgress.State.RUNNING) {
      awaited++;
    }
  }

  /** Has the time of its input: a replay must find it where it stood among the other topics. */
  void fact(UUID customerId, CustomerFact fact) {
    context.forward(
        new Record<>(customerId.toString(), Json.write(fact), inputTimestamp),
        Nodes.CUSTOMER_FACTS_SINK);
    awaited++;
  }

  /** To be called before each record: what is sent because of it may need its time. */
  void reading(long timestamp) {
    inputTimestamp = timestamp;
  }

  private void send(String node, UUID key, Object value) {
    context.forward(
        new Record<>(key.toString(), Json.write(value), context.currentSystemTimeMs()), node);
  }

  /**
   * To be called after each record and slice: asks for the commit that somebody waits for, now or
   * when the gap is over.
   *
   * @param lag how long the input waited for us, in ms
   */
  void commitWhenDue(long lag) {
    this.lag = lag;
    if (awaited > 0 && !commitIfDue() && alarm == null) {
      alarm =
          context.schedule(
              Duration.ofMillis(gap()), PunctuationType.WALL_CLOCK_TIME, time -> commitIfDue());
    }
  }

  private long gap() {
    return Math.max(SHORTEST_GAP, Math.min(lag / LAG_PER_GAP, LONGEST_GAP));
  }

  private boolean commitIfDue() {
    long now = context.currentSystemTimeMs();
    if (now - lastCommit >= QUIET) {
      atOnce = AT_ONCE;
    }
    long gap = gap();
    if (now - lastCommit < gap && (atOnce == 0 || gap > SHORTEST_GAP)) {
      return false;
    }
    if (awaited > 0) {
      context.commit();
      lastCommit = now;
      awaited = 0;
      atOnce = Math.max(0, atOnce - 1);
    }
    if (alarm != null) {
      alarm.cancel();
      alarm = null;
    }
    return true;
  }
}
