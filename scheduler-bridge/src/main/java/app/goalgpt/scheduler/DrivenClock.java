package app.goalgpt.scheduler;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * A business clock that starts at a chosen instant and runs at a chosen speed, for demonstrations.
 */
public final class DrivenClock extends Clock {
  private final Instant start;
  private final double speed;
  private final Clock machine;
  private final Instant machineStart;
  private final ZoneId zone;

  private DrivenClock(
      Instant start, double speed, Clock machine, Instant machineStart, ZoneId zone) {
    this.start = start;
    this.speed = speed;
    this.machine = machine;
    this.machineStart = machineStart;
    this.zone = zone;
  }

  /**
   * Shows {@code start} now.
   *
   * @param speed business seconds per second of the machine, above 0
   */
  public static DrivenClock from(Instant start, double speed, Clock machine) {
    if (!(speed > 0) || Double.isInfinite(speed)) {
      throw new IllegalArgumentException("a clock's speed is above 0, not " + speed);
    }
    return new DrivenClock(start, speed, machine, machine.instant(), ZoneOffset.UTC);
  }

  @Override
  public Instant instant() {
    double elapsed = Duration.between(machineStart, machine.instant()).toNanos() * speed;
    return start.plusNanos((long) elapsed);
  }

  /** How long it takes the machine's clock until this one shows that; zero when it has. */
  public Duration machineTimeUntil(Instant instant) {
    Duration ahead = Duration.between(instant(), instant);
    return ahead.isNegative()
        ? Duration.ZERO
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
