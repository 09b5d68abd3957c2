package app.goalgpt.notifier;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** What time it is, and a call when a time has come. Tests turn the hands themselves. */
interface Timekeeper extends AutoCloseable {
  Instant now();

  /** Calls once, soon after that time; at once if it has passed. Never on the caller's thread. */
  void call(Instant when, Runnable action);

  @Override
  void close();

  /** The real one. */
  static Timekeeper system(Clock clock) {
    ScheduledExecutorService executor =
        Executors.newSingleThreadScheduledExecutor(
            action -> {
              Thread thread = new Thread(action, "notifier-timer");
              thread.setDaemon(true);
              return thread;
            });
    return new Timekeeper() {
      @Override
      public Instant now() {
        return clock.instant();
      }

      @Override
      public void call(Instant when, Runnable action) {
        long nanos = Math.max(0, Duration.between(now(), when).toNanos());
        try {
          executor.schedule(action, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
          // Closed: nobody waits for the call any more.
          return;
        }
      }

      @Override
      public void close() {
        executor.shutdownNow();
      }
    };
  }
}
