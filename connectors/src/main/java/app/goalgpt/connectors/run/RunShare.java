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
   * @param known what earlier attempts have left
   */
  RunShare(Tick tick, RunLog.Share known, Clock clock) {
    this.tick = tick;
    this.clock = clock;
    this.startedAt = known.begunAt() == null ? clock.instant() : known.begunAt();
    // An earlier attempt may have sent reports that nobody has taken in yet: the time is past them.
    this.sequence = Math.max(known.sequence(), clock.millis());
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
