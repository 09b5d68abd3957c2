package app.goalgpt.connectors.ledger;

import app.goalgpt.messages.Decision;
import app.goalgpt.messages.LatencyBuckets;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What the ledger counts. */
final class LedgerMetrics {
  /** A settling that may fail. */
  interface Settling {
    Outcome run() throws SQLException;
  }

  private final Clock clock;
  private final Counter badges;
  private final Counter tiers;
  private final Map<Refusal, Counter> refused = new EnumMap<>(Refusal.class);
  private final DistributionSummary batchSize;
  private final Timer batchDuration;
  private final Timer sinceCause;
  private final Counter deactivated;

  LedgerMetrics(MeterRegistry registry, Clock clock) {
    this.clock = clock;
    this.badges = registry.counter("goalgpt.ledger.settled", "kind", Decision.BADGE_UNLOCK);
    this.tiers = registry.counter("goalgpt.ledger.settled", "kind", Decision.REFERRAL_TIER);
    for (Refusal reason : Refusal.values()) {
      refused.put(reason, registry.counter("goalgpt.ledger.refused", "reason", reason.label()));
    }
    this.batchSize = registry.summary("goalgpt.ledger.batch.size");
    this.batchDuration = registry.timer("goalgpt.ledger.batch.duration");
    this.sinceCause =
        Timer.builder("goalgpt.ledger.commit.to.settled")
            .description("from the commit of the causing row to the commit of the reward")
            .serviceLevelObjectives(LatencyBuckets.bounds())
            .register(registry);
    this.deactivated = registry.counter("goalgpt.ledger.tokens.deactivated");
  }

  /** Times a batch, and counts how many decisions it had. */
  Outcome timed(Settling settling) throws SQLException {
    long start = System.nanoTime();
    Outcome outcome = settling.run();
    batchDuration.record(Duration.ofNanos(System.nanoTime() - start));
    batchSize.record(outcome.settled().size() + outcome.refused().size());
    return outcome;
  }

  void settled(List<Decision> decisions) {
    Instant now = clock.instant();
    for (Decision decision : decisions) {
      (decision instanceof Decision.BadgeUnlock ? badges : tiers).increment();
      sinceCause.record(Duration.between(decision.cause().committedAt(), now));
    }
  }

  /** A refusal that stands. */
  void refused(Refusal reason) {
    refused.get(reason).increment();
  }

  void deactivated(int tokens) {
    deactivated.increment(tokens);
  }
}
