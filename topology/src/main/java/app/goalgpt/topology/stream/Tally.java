package app.goalgpt.topology.stream;

import app.goalgpt.messages.RunProgress;

/**
 * What has come of pushes.
 *
 * @param items customers told
 * @param succeeded of a campaign's, those of whom FCM accepted the push on some device
 * @param failed of a campaign's, those of whom it accepted none
 * @param awaited of a campaign's, those whose deliveries are not in yet
 */
record Tally(long items, long succeeded, long failed, long awaited) {
  static final Tally NONE = new Tally(0, 0, 0, 0);
  static final Tally TOLD = new Tally(1, 0, 0, 0);
  static final Tally AWAITED = new Tally(0, 0, 0, 1);

  /** One whose delivery is there already. */
  static Tally settled(boolean accepted) {
    return new Tally(0, accepted ? 1 : 0, accepted ? 0 : 1, 0);
  }

  Tally plus(Tally more) {
    return new Tally(
        items + more.items,
        succeeded + more.succeeded,
        failed + more.failed,
        awaited + more.awaited);
  }

  /** One that was awaited has come. */
  Tally delivered(boolean accepted) {
    return plus(settled(accepted)).plus(new Tally(0, 0, 0, -1));
  }

  /** Nothing is awaited any more: who was not heard of got nothing. */
  Tally givenUp() {
    return new Tally(items, succeeded, failed + awaited, 0);
  }

  RunProgress.Counts counts() {
    return new RunProgress.Counts(items, succeeded, failed);
  }

  /** What is not in that part of it. */
  Tally without(Tally part) {
    return new Tally(
        items - part.items,
        succeeded - part.succeeded,
        failed - part.failed,
        awaited - part.awaited);
  }
}
