package app.goalgpt.standalone.demo;

import app.goalgpt.messages.BadgeUnlocked;
import app.goalgpt.messages.Cause;
import app.goalgpt.messages.Delivery;
import app.goalgpt.messages.ReferralTierReached;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** What was settled and sent so far, and how long it took. Safe for several threads. */
final class Totals {
  private static final long LONGEST_MICROS = Duration.ofHours(1).toNanos() / 1_000;

  /**
   * @param p50 median, in milliseconds
   * @param p99 99th percentile, in milliseconds
   * @param most longest, in milliseconds
   */
  record Latency(double p50, double p99, double most) {}

  private final Histogram settled = new Histogram(LONGEST_MICROS, 3);
  private final Histogram pushed = new Histogram(LONGEST_MICROS, 3);
  private final Histogram jobPushed = new Histogram(LONGEST_MICROS, 3);
  private final Map<PushKind, Long> jobPushes = new EnumMap<>(PushKind.class);
  private final Map<String, Long> rewardsByKind = new TreeMap<>();
  private final Map<Delivery.Outcome, Long> devices = new TreeMap<>();
  private long rewards;
  private long xp;
  private long credits;
  private long pushes;

  synchronized Duration add(BadgeUnlocked badge) {
    count("badge", badge.xp(), badge.credits() + badge.levelCredits());
    return record(settled, badge.cause(), badge.settledAt());
  }

  synchronized Duration add(ReferralTierReached tier) {
    count(
        "referral tier " + tier.tier(),
        tier.referrerXp(),
        tier.referrerCredits() + tier.referredCredits() + tier.levelCredits());
    return record(settled, tier.cause(), tier.settledAt());
  }

  synchronized Duration add(Delivery delivery, PushKind kind) {
    delivery.results().forEach(result -> devices.merge(result.outcome(), 1L, Long::sum));
    if (kind.isOfReward()) {
      pushes++;
      return record(pushed, delivery.causedAt(), delivery.finishedAt());
    }
    jobPushes.merge(kind, 1L, Long::sum);
    return record(jobPushed, delivery.causedAt(), delivery.finishedAt());
  }

  private void count(String kind, int moreXp, int moreCredits) {
    rewards++;
    rewardsByKind.merge(kind, 1L, Long::sum);
    xp += moreXp;
    credits += moreCredits;
  }

  private static Duration record(Histogram histogram, Cause cause, Instant end) {
    return record(histogram, cause.committedAt(), end);
  }

  private static Duration record(Histogram histogram, Instant begin, Instant end) {
    Duration taken = Duration.between(begin, end);
    histogram.recordValue(Math.max(0, Math.min(LONGEST_MICROS, taken.toNanos() / 1_000)));
    return taken;
  }

  synchronized long rewards() {
    return rewards;
  }

  /** Of rewards. */
  synchronized long pushes() {
    return pushes;
  }

  synchronized long xp() {
    return xp;
  }

  synchronized long credits() {
    return credits;
  }

  synchronized Map<String, Long> rewardsByKind() {
    return new TreeMap<>(rewardsByKind);
  }

  synchronized Map<Delivery.Outcome, Long> devices() {
    return new TreeMap<>(devices);
  }

  /** From the commit of the causing row to the settlement. */
  synchronized Latency settled() {
    return latency(settled);
  }

  /** From the commit of the causing row to FCM's last answer. */
  synchronized Latency pushed() {
    return latency(pushed);
  }

  /** Of jobs and campaigns. */
  synchronized Map<PushKind, Long> jobPushes() {
    return new EnumMap<>(jobPushes);
  }

  /** From the tick to FCM's last answer. */
  synchronized Latency jobPushed() {
    return latency(jobPushed);
  }

  private static Latency latency(Histogram histogram) {
    return new Latency(
        histogram.getValueAtPercentile(50) / 1000.0,
        histogram.getValueAtPercentile(99) / 1000.0,
        histogram.getMaxValue() / 1000.0);
  }
}
