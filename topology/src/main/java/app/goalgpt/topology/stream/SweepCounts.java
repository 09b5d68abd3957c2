package app.goalgpt.topology.stream;

import app.goalgpt.topology.job.Variant;

/** What a slice adds to its share. */
final class SweepCounts {
  private Tally total = Tally.NONE;
  private Tally b = Tally.NONE;

  void add(Variant variant, Tally more) {
    total = total.plus(more);
    if (variant == Variant.B) {
      b = b.plus(more);
    }
  }

  Tally total() {
    return total;
  }

  /** Of the total, those who were told a campaign's second text. */
  Tally b() {
    return b;
  }
}
