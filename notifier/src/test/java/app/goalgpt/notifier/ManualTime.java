package app.goalgpt.notifier;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Time that stands still until it is moved. */
final class ManualTime extends Clock implements Timekeeper {
  private final ExecutorService executor = Executors.newSingleThreadExecutor();
  private final List<Call> calls = new ArrayList<>();
  private Instant now;

  private record Call(Instant when, Runnable action) {}

  ManualTime(Instant start) {
    this.now = start;
  }

  @Override
  public synchronized Instant now() {
    return now;
  }

  @Override
  public Instant instant() {
    return now();
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException();
  }

  @Override
  public synchronized void call(Instant when, Runnable action) {
    calls.add(new Call(when, action));
    runDue();
  }

  /** Returns when all that came due has been done. */
  void advance(Duration by) {
    synchronized (this) {
      now = now.plus(by);
      runDue();
    }
    CompletableFuture.runAsync(() -> {}, executor).join();
  }

  /** The times somebody asked to be called at and has not been, soonest first. */
  synchronized List<Instant> asked() {
    return calls.stream().map(Call::when).sorted().toList();
  }

  private void runDue() {
    for (Call call : List.copyOf(calls)) {
      if (!call.when().isAfter(now)) {
        calls.remove(call);
        executor.execute(call.action());
      }
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
