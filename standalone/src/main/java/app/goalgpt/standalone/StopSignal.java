package app.goalgpt.standalone;

import app.goalgpt.standalone.demo.Demo;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Somebody wants this process to end: by SIGTERM or Ctrl-C, or because a part cannot go on. The
 * process then ends what it does, in order, and with the exit status that it chose itself.
 */
final class StopSignal implements Demo.Stop {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private volatile int status;

  /** Makes signals to this JVM requests to stop. */
  void listen() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stopOnSignal, "stop"));
  }

  private void stopOnSignal() {
    requested.countDown();
    try {
      if (finished.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        // Not the status 130 or 143 of a process that a signal ended: this one ended by itself.
        Runtime.getRuntime().halt(status);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The work is done, everything is closed. */
  void finish(int exitStatus) {
    status = exitStatus;
    finished.countDown();
  }

  @Override
  public void fail(Throwable cause) {
    failure.compareAndSet(null, cause);
    requested.countDown();
  }

  /** Why it cannot go on, null when it can. */
  Throwable failure() {
    return failure.get();
  }

  @Override
  public boolean isRequested() {
    return requested.getCount() == 0;
  }

  @Override
  public boolean await(Duration time) throws InterruptedException {
    return requested.await(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  void await() throws InterruptedException {
    requested.await();
  }
}
