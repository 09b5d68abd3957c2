package app.goalgpt.topology.stream;

import app.goalgpt.messages.BadgeUnlocked;
import app.goalgpt.messages.DeadLetter;
import app.goalgpt.messages.Decision;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.Push;
import app.goalgpt.messages.ReferralTierReached;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.UUID;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Where a task's records go. What somebody waits for also asks for a commit, since under
 * exactly_once_v2 nothing is seen before it; not more often than {@link #COMMIT_GAP_MILLIS}, since
 * commits have their price (MEASURED: without a limit it collapses at 500 a second).
 */
final class Outputs {
  private static final long COMMIT_GAP_MILLIS = 20;

  private final ProcessorContext<String, byte[]> context;
  private final MeterRegistry registry;
  private long lastCommit;
  private boolean awaited;

  Outputs(ProcessorContext<String, byte[]> context, MeterRegistry registry) {
    this.context = context;
    this.registry = registry;
  }

  void decision(Decision decision) {
    send(Nodes.DECISIONS, decision.key(), decision);
    registry.counter("goalgpt.decisions", "kind", kind(decision)).increment();
    awaited = true;
  }

  void badgeUnlocked(BadgeUnlocked event) {
    send(Nodes.BADGE_UNLOCKED, event.customerId(), event);
  }

  void referralTierReached(ReferralTierReached event) {
    send(Nodes.REFERRAL_TIER_REACHED, event.referrerId(), event);
  }

  void push(Push push) {
    send(Nodes.PUSHES, push.customerId(), push);
    registry.counter("goalgpt.pushes", "lane", push.lane().name()).increment();
    awaited = true;
  }

  void fact(UUID customerId, CustomerFact fact) {
    send(Nodes.CUSTOMER_FACTS_SINK, customerId, fact);
    awaited = true;
  }

  void deadLetter(String key, DeadLetter letter) {
    context.forward(
        new Record<>(key, Json.write(letter), context.currentSystemTimeMs()), Nodes.DEAD_LETTERS);
    registry.counter("goalgpt.dead.letters", "step", letter.step()).increment();
  }

  private void send(String node, UUID key, Object value) {
    context.forward(
        new Record<>(key.toString(), Json.write(value), context.currentSystemTimeMs()), node);
  }

  /** To be called after each record and slice: asks for the commit that somebody waits for. */
  void commitWhenDue() {
    if (awaited && context.currentSystemTimeMs() - lastCommit >= COMMIT_GAP_MILLIS) {
      context.commit();
      lastCommit = context.currentSystemTimeMs();
      awaited = false;
    }
  }

  private static String kind(Decision decision) {
    return decision instanceof Decision.BadgeUnlock
        ? Decision.BADGE_UNLOCK
        : Decision.REFERRAL_TIER;
  }
}
