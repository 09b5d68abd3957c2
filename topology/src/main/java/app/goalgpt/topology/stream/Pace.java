package app.goalgpt.topology.stream;

import java.time.Duration;
import java.time.Instant;

/**
 * How fast a stream thread sweeps: with all of its time while nobody's change comes, a slice now
 * and then while changes do. Rewards and sweeps share the thread, and the machine: what a sweep
 * takes without a pause, rewards wait for at every station of their way.
 *
 * <p>Streams does one round of punctuations after each poll; where a slice has left something to
 * do, a poll that waits for the whole of {@code poll.ms} would be longer than the slice. What is
 * there already is read all the same. Slices and polls of a task are on one thread: each thread has
 * a pace of its own.
 */
public final class Pace {
  /** A change is decided, committed and settled by then, and the ledger's row is back. */
  static final Duration QUIET = Duration.ofMillis(40);

  /** Between the slices of a task while changes come: it ends at any load, if later. */
  static final Duration BETWEEN_SLICES = Duration.ofMillis(60);

  /** A thread's own. */
  private static final class OfThread {
    private boolean hurried;
    private Instant lastChange = Instant.EPOCH;
  }

  private final ThreadLocal<OfThread> ofThread = ThreadLocal.withInitial(OfThread::new);

  /** A change of a customer has come, and a reward may come of it. */
  void changeCame(Instant now) {
    ofThread.get().lastChange = now;
  }

  /**
   * Whether a slice may begin.
   *
   * @param last when the task's last one was
   */
  boolean allows(Instant last, Instant now) {
    return isQuiet(now) || !now.isBefore(last.plus(BETWEEN_SLICES));
  }

  /** There is more to sweep: said after a slice, holds for one poll. */
  void hurry(Instant now) {
    ofThread.get().hurried = isQuiet(now);
  }

  private boolean isQuiet(Instant now) {
    return !now.isBefore(ofThread.get().lastChange.plus(QUIET));
  }

  /**
   * How long this thread's poll is to wait.
   *
   * @param otherwise when there is nothing else to do
   */
  public Duration wait(Duration otherwise) {
    OfThread thread = ofThread.get();
    if (thread.hurried) {
      thread.hurried = false;
      return Duration.ZERO;
    }
    return otherwise;
  }
}
