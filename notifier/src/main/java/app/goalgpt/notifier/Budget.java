package app.goalgpt.notifier;

import java.time.Duration;
import java.time.Instant;

/**
 * This instance's part of the project's quota, as a token bucket: no minute, wherever it begins,
 * sees more requests than the part. The parts add up to the quota, since each is the instance's
 * part of the partitions. The rate rises to the whole part while somebody waits for it, as FCM asks
 * of senders, and falls again while nobody does. Guarded by the {@link Sender}'s lock.
 */
final class Budget {
  /** The bucket holds what comes in so long. */
  private static final double BURST = 0.1; // s

  /** The part of the rate that is there without ramping up. */
  private static final double FLOOR = 0.1;

  private static final double MINUTE = 60; // s
  private static final Duration SHORTEST_WAIT = Duration.ofMillis(5);

  private final int quota;
  private final double rampUp; // s
  private final long[] used = new long[(int) MINUTE];
  private double share; // a minute
  private double most; // a second
  private double rate; // a second
  private double tokens;
  private boolean isWaitedFor;
  private Instant filledAt;
  private long usedUntil = Long.MIN_VALUE; // s

  /**
   * @param quota requests a minute that all instances may make together
   * @param rampUp how long the way from nothing to the whole rate takes; zero: none
   */
  Budget(int quota, Duration rampUp) {
    this.quota = quota;
    this.rampUp = rampUp.toNanos() / 1e9;
  }

  /** This instance has so many of the partitions now. */
  void share(int mine, int all) {
    share = (double) quota * mine / all;
    most = Math.max(0, Math.min(share / (MINUTE + BURST), (share - 1) / MINUTE));
    rate = rampUp == 0 ? most : Math.min(most, Math.max(rate, most * FLOOR));
    tokens = Math.min(tokens, burst());
  }

  /**
   * One request, if it may be made now.
   *
   * @param kept the part of the bucket, 0 to 1, that is left for those who go first
   */
  boolean take(Instant now, double kept) {
    fill(now);
    if (tokens < needed(kept)) {
      isWaitedFor = true;
      return false;
    }
    tokens--;
    count(now);
    return true;
  }

  private void fill(Instant now) {
    if (filledAt == null) {
      filledAt = now;
      tokens = burst();
    }
    double seconds = Duration.between(filledAt, now).toNanos() / 1e9;
    if (seconds <= 0) {
      return;
    }
    filledAt = now;
    tokens = Math.min(burst(), tokens + rate * seconds);
    if (rampUp > 0) {
      double change = most * Math.min(1, seconds / rampUp);
      rate = isWaitedFor ? Math.min(most, rate + change) : lowered(rate - change);
    }
    isWaitedFor = false;
  }

  private double lowered(double wanted) {
    return Math.min(rate, Math.max(most * FLOOR, wanted));
  }

  private double burst() {
    return share < 1 ? 0 : Math.max(1, rate * BURST);
  }

  /** A bucket of one request is for all. */
  private double needed(double kept) {
    return 1 + Math.max(0, Math.min(kept * burst(), burst() - 1));
  }

  /** When the next request of those may be made; far away while there is no part. */
  Instant nextAt(Instant now, double kept) {
    if (rate <= 0) {
      return Instant.MAX;
    }
    Duration wait = Duration.ofNanos((long) Math.ceil((needed(kept) - tokens) / rate * 1e9));
    return now.plus(wait.compareTo(SHORTEST_WAIT) > 0 ? wait : SHORTEST_WAIT);
  }

  /** FCM says that it is too much. */
  void halve() {
    rate /= 2;
    tokens = 0;
  }

  private void count(Instant now) {
    forget(now.getEpochSecond());
    used[slot(usedUntil)]++;
  }

  private void forget(long second) {
    for (long s = Math.max(usedUntil, second - used.length) + 1; s <= second; s++) {
      used[slot(s)] = 0;
    }
    usedUntil = Math.max(usedUntil, second);
  }

  private int slot(long second) {
    return (int) Math.floorMod(second, (long) used.length);
  }

  /** The part of the last minute's budget that was used, 0 to 1. */
  double usedPart(Instant now) {
    forget(now.getEpochSecond());
    long sum = 0;
    for (long requests : used) {
      sum += requests;
    }
    return share == 0 ? 0 : sum / share;
  }

  /** Requests a minute that this instance may make. */
  double share() {
    return share;
  }

  /** Requests a second at this moment. */
  double rate() {
    return rate;
  }
}
