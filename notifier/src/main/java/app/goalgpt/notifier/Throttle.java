package app.goalgpt.notifier;

import java.time.Duration;
import java.time.Instant;

/**
 * How fast the whole sender goes. Used up quota stops it and halves the number of requests that it
 * keeps under way; every round of accepted messages gives one back (additive increase,
 * multiplicative decrease). Guarded by the {@link Sender}'s lock.
 */
final class Throttle {
  private final int most;
  private double window;
  private Instant pausedSince = Instant.MIN;
  private Instant pausedUntil = Instant.MIN;
  private int pausesInARow;

  /**
   * @param most requests under way at once when nothing holds it back
   */
  Throttle(int most) {
    this.most = most;
    this.window = most;
  }

  /** Requests that may be under way now. */
  int window() {
    return (int) window;
  }

  int most() {
    return most;
  }

  boolean isPaused(Instant now) {
    return now.isBefore(pausedUntil);
  }

  Instant pausedUntil() {
    return pausedUntil;
  }

  /** How many pauses in a row it would be, were this request's refusal one of its own. */
  int pausesInARowWith(Instant sentAt) {
    return isSameEvent(sentAt) ? Math.max(1, pausesInARow) : pausesInARow + 1;
  }

  /**
   * The quota is used up. Requests that were under way when the pause began belong to it.
   *
   * @return whether this began a pause, rather than confirming one
   */
  boolean pause(Instant now, Duration pause, Instant sentAt) {
    boolean isNew = !isSameEvent(sentAt);
    if (isNew) {
      pausesInARow++;
      pausedSince = now;
      window = Math.max(1, window / 2);
    }
    Instant until = now.plus(pause);
    if (isNew || until.isAfter(pausedUntil)) {
      pausedUntil = until;
    }
    return isNew;
  }

  /**
   * Another instance was asked for a pause.
   *
   * @return whether it is longer than what was known
   */
  boolean pauseToo(Instant now, Instant until) {
    if (!until.isAfter(pausedUntil) || !until.isAfter(now)) {
      return false;
    }
    if (!isPaused(now)) {
      window = Math.max(1, window / 2);
    }
    pausedSince = now;
    pausedUntil = until;
    return true;
  }

  private boolean isSameEvent(Instant sentAt) {
    return !sentAt.isAfter(pausedSince);
  }

  void accepted(Instant sentAt) {
    window = Math.min(most, window + 1 / window);
    if (!isSameEvent(sentAt)) {
      pausesInARow = 0;
    }
  }
}
