package app.goalgpt.benchmarks;

import app.goalgpt.benchmarks.pipeline.Pipeline;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a pipeline to get somewhere, or says where it got stuck. */
final class Waiting {
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final Duration QUIET = Duration.ofSeconds(2);

  private Waiting() {}

  /**
   * @param state says how far it is, for the message when it takes too long
   */
  static void until(BooleanSupplier done, Duration atMost, Supplier<String> state)
      throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!done.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("after %s: %s".formatted(atMost, state.get()));
      }
      Thread.sleep(LOOK.toMillis());
    }
  }

  static void untilSettled(Pipeline pipeline, long rewards) throws InterruptedException {
    until(
        () -> pipeline.settled() >= rewards,
        Duration.ofMinutes(5),
        () ->
            "%s has settled %d of %d rewards"
                .formatted(pipeline.name(), pipeline.settled(), rewards));
  }

  /** Until nothing has been settled for two seconds and nothing waits to be processed. */
  static void untilQuiet(Pipeline pipeline, Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    long settled = -1;
    long since = 0;
    while (true) {
      long now = System.nanoTime();
      if (pipeline.settled() != settled || !pipeline.isIdle()) {
        settled = pipeline.settled();
        since = now;
      } else if (now - since > QUIET.toNanos()) {
        return;
      }
      if (now > deadline) {
        throw new IllegalStateException(
            "after %s %s still settles (%d so far)".formatted(atMost, pipeline.name(), settled));
      }
      Thread.sleep(LOOK.toMillis() * 5);
    }
  }
}
