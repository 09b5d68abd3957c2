package app.goalgpt.topology.stream;

/** What a slice adds to its share. */
final class SweepCounts {
  long items;
  long succeeded;
  long failed;
  long awaited;

  void settled(boolean accepted) {
    if (accepted) {
      succeeded++;
    } else {
      failed++;
    }
  }
}
