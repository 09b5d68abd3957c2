package app.goalgpt.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class DrivenClockTest {
  private static final Instant START = Instant.parse("2026-05-31T18:59:00Z");

  @Test
  void runsFromItsStartAtItsSpeed() {
    MovableClock machine = new MovableClock(Instant.parse("2030-01-01T00:00:00Z"));
    DrivenClock clock = DrivenClock.from(START, 60, machine);
    assertThat(clock.instant()).isEqualTo(START);
    assertThat(clock.machineTimeUntil(START.plusSeconds(60))).isEqualTo(Duration.ofSeconds(1));

    machine.set(Instant.parse("2030-01-01T00:00:30Z"));

    assertThat(clock.instant()).isEqualTo(Instant.parse("2026-05-31T19:29:00Z"));
    assertThat(clock.machineTimeUntil(START)).isZero();
  }

  @Test
  void standsUntilItIsLetGoInEveryZone() {
    MovableClock machine = new MovableClock(Instant.parse("2030-01-01T00:00:00Z"));
    DrivenClock clock = DrivenClock.standing(START, 900, machine);
    Clock elsewhere = clock.withZone(ZoneId.of("Europe/Istanbul"));
    machine.set(Instant.parse("2030-01-01T00:05:00Z"));
    assertThat(clock.instant()).isEqualTo(START);
    assertThat(clock.machineTimeUntil(START.plusSeconds(1))).isGreaterThan(Duration.ofDays(36500));

    clock.run();
    machine.set(Instant.parse("2030-01-01T00:05:04Z"));
    clock.run();

    assertThat(clock.instant()).isEqualTo(START.plusSeconds(3600));
    assertThat(elsewhere.instant()).isEqualTo(START.plusSeconds(3600));
  }

  /** The longest that a demo may run, at its highest speed: three centuries. */
  @Test
  void runsFarWithoutAnOverflow() {
    MovableClock machine = new MovableClock(Instant.parse("2030-01-01T00:00:00Z"));
    DrivenClock clock = DrivenClock.from(START, 3600, machine);

    machine.set(Instant.parse("2030-01-31T00:00:00Z"));

    assertThat(clock.instant()).isEqualTo(START.plus(Duration.ofDays(30 * 3600)));
  }

  @Test
  void aSpeedThatIsNoneIsRefused() {
    for (double speed : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> DrivenClock.from(START, speed, Clock.systemUTC()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
