package app.goalgpt.topology.stream;

import java.time.Duration;

/**
 * Whether a stream thread's next poll may wait for records. Streams does one round of punctuations
 * after each poll; where a slice of a sweep has left something to do, a poll that waits for the
 * whole of {@code poll.ms} would be longer than the slice. What is there already is read all the
 * same. Slices and polls of a task are on one thread: each thread has a pace of its own.
 */
public final class Pace {
  private final ThreadLocal<Boolean> hurried = ThreadLocal.withInitial(() -> false);

  /** There is more to do than to wait for records: said after a slice, holds for one poll. */
  void hurry() {
    hurried.set(true);
  }

  /**
   * How long this thread's poll is to wait.
   *
   * @param otherwise when there is nothing else to do
   */
  public Duration wait(Duration otherwise) {
    if (hurried.get()) {
      hurried.set(false);
      return Duration.ZERO;
    }
    return otherwise;
  }
}
