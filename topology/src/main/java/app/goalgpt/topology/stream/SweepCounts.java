package app.goalgpt.topology.stream;

import app.goalgpt.topology.job.Variant;
import java.time.Instant;

/** What a slice adds to its share. */
final class SweepCounts {
  private Tally total = Tally.NONE;
  private Tally b = Tally.NONE;
  private Instant next;

  void add(Variant variant, Tally more) {
    total = total.plus(more);
    if (variant == Variant.B) {
      b = b.plus(more);
    }
  }

  /** Somebody is told later. */
  void planned(Instant at) {
    next = next == null || at.isBefore(next) ? at : next;
  }

  /** Whether somebody is planned for earlier than that; null is nobody. */
  boolean isNextBefore(Instant other) {
    return next != null && (other == null || next.isBefore(other));
  }

  /** The earliest business time for which somebody is planned, null when nobody is. */
  Instant next() {
    return next;
  }

  Tally total() {
    return total;
  }

  /** Of the total, those who were told a campaign's second text. */
  Tally b() {
    return b;
  }
}
