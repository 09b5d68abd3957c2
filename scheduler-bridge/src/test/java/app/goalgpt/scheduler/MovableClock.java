package app.goalgpt.scheduler;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Shows what it is told. Whoever asks it while it is held waits: a stopped process, so to say. */
final class MovableClock extends Clock {
  private Instant now;
  private boolean held;
  private int waiting;

  MovableClock(Instant now) {
    this.now = now;
  }

  synchronized void set(Instant instant) {
    now = instant;
  }

  synchronized void move(Duration by) {
    now = now.plus(by);
  }

  synchronized void hold() {
    held = true;
  }

  synchronized void letGo() {
    held = false;
    notifyAll();
  }

  synchronized boolean isWaitedFor() {
    return waiting > 0;
  }

  @Override
  public synchronized Instant instant() {
    waiting++;
    try {
      while (held) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      waiting--;
    }
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException();
  }
}
