package app.goalgpt.connectors.run;

import app.goalgpt.messages.RunProgress;
import app.goalgpt.messages.RunProgress.State;
import app.goalgpt.messages.Tick;
import java.time.Clock;
import java.time.Instant;

/** The only share of a run that one process works off, and the reports on it. */
final class RunShare {
  private final Tick tick;
  private final Clock clock;
  private final Instant startedAt;
  private long sequence;
  private long items;

  /**
   * @param lastSequence the newest report's of earlier attempts, -1 when there was none
   */
  RunShare(Tick tick, long lastSequence, Clock clock) {
    this.tick = tick;
    this.clock = clock;
    this.startedAt = clock.instant();
    // An earlier attempt may have sent reports that nobody has taken in yet: the time is past them.
    this.sequence = Math.max(lastSequence, startedAt.toEpochMilli());
  }

  synchronized void items(long soFar) {
    items = soFar;
  }

  /** The next report. */
  synchronized RunProgress report(State state, String error) {
    sequence = Math.max(sequence + 1, clock.millis());
    return new RunProgress(
        tick.runId(),
        tick.job(),
        tick.plannedAt(),
        0,
        1,
        sequence,
        state,
        items,
        0,
        0,
        error,
        startedAt,
        clock.instant());
  }
}
