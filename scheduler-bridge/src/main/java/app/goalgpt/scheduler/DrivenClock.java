package app.goalgpt.scheduler;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A business clock that starts at a chosen instant and runs at a chosen speed, for demonstrations.
 * It may stand at its start for a while. The same clock in another zone stands and runs with it.
 */
public final class DrivenClock extends Clock {
  private final Instant start;
  private final double speed;
  private final Clock machine;

  /** The machine's time at the start, null while it stands. */
  private final AtomicReference<Instant> machineStart;

  private final ZoneId zone;

  private DrivenClock(
      Instant start,
      double speed,
      Clock machine,
      AtomicReference<Instant> machineStart,
      ZoneId zone) {
    this.start = start;
    this.speed = speed;
    this.machine = machine;
    this.machineStart = machineStart;
    this.zone = zone;
  }

  /**
   * Shows {@code start} now, and runs.
   *
   * @param speed business seconds per second of the machine, above 0
   */
  public static DrivenClock from(Instant start, double speed, Clock machine) {
    DrivenClock clock = standing(start, speed, machine);
    clock.run();
    return clock;
  }

  /**
   * Shows {@code start} until it is told to {@link #run}.
   *
   * @param speed business seconds per second of the machine, above 0
   */
  public static DrivenClock standing(Instant start, double speed, Clock machine) {
    if (!(speed > 0) || Double.isInfinite(speed)) {
      throw new IllegalArgumentException("a clock's speed is above 0, not " + speed);
    }
    return new DrivenClock(start, speed, machine, new AtomicReference<>(), ZoneOffset.UTC);
  }

  /** From now on it runs; a clock that runs goes on as it does. */
  public void run() {
    machineStart.compareAndSet(null, machine.instant());
  }

  @Override
  public Instant instant() {
    Instant begun = machineStart.get();
    if (begun == null) {
      return start;
    }
    double seconds = Duration.between(begun, machine.instant()).toNanos() / 1e9 * speed;
    return start.plusMillis(Math.round(seconds * 1e3));
  }

  /**
   * How long it takes the machine's clock until this one shows that: zero when it has, {@link
   * ChronoUnit#FOREVER} while this one stands.
   */
  public Duration machineTimeUntil(Instant instant) {
    Duration ahead = Duration.between(instant(), instant);
    if (ahead.isNegative()) {
      return Duration.ZERO;
    }
    return machineStart.get() == null
        ? ChronoUnit.FOREVER.getDuration()
        : Duration.ofMillis((long) Math.ceil(ahead.toMillis() / speed));
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  @Override
  public Clock withZone(ZoneId other) {
    return new DrivenClock(start, speed, machine, machineStart, other);
  }
}
