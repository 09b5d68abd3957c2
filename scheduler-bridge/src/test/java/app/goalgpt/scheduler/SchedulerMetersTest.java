package app.goalgpt.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.messages.Job;
import app.goalgpt.settings.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a job was last due, as an alert asks it: streak-break-warnings, at 22:00 UTC. */
class SchedulerMetersTest {
  private static final Instant BEGIN = Instant.parse("2026-11-22T12:00:00Z");
  private static final Instant YESTERDAY = Instant.parse("2026-11-21T22:00:00Z");
  private static final Instant TODAY = Instant.parse("2026-11-22T22:00:00Z");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final SchedulerMeters meters = new SchedulerMeters(registry);
  private final MovableClock clock = new MovableClock(BEGIN);

  @BeforeEach
  void schedules() {
    meters.schedules(
        JobTable.from(Settings.of(Map.of("JOB_DEAD_TOKEN_CLEANUP_ENABLED", "false"))), clock);
  }

  @Test
  void whatWasDueBeforeAnybodyKnewOfTheJobIsNobodysBusiness() {
    assertThat(due()).isNaN();
    clock.set(TODAY.plusSeconds(1));
    assertThat(due()).isEqualTo(TODAY.getEpochSecond());
  }

  @Test
  void whatBecameDueWhileNoBridgeRanIsDue() {
    meters.remembered(Job.STREAK_BREAK_WARNINGS, YESTERDAY.minus(Duration.ofDays(3)));
    assertThat(due()).isEqualTo(YESTERDAY.getEpochSecond());
  }

  @Test
  void itIsDueWhetherOrNotItWasSent() {
    meters.remembered(Job.STREAK_BREAK_WARNINGS, YESTERDAY);
    assertThat(due()).isEqualTo(YESTERDAY.getEpochSecond());
    clock.set(TODAY.plusSeconds(1));
    assertThat(due()).isEqualTo(TODAY.getEpochSecond());
    meters.sent(Job.STREAK_BREAK_WARNINGS, TODAY, Duration.ofSeconds(1));
    assertThat(due()).isEqualTo(TODAY.getEpochSecond());
  }

  @Test
  void aJobThatIsOffIsNotDue() {
    assertThat(registry.find("goalgpt.scheduler.due").tag("job_name", "dead-token-cleanup").meter())
        .isNull();
    meters.remembered(Job.STREAK_BREAK_WARNINGS, YESTERDAY);
    clock.set(TODAY.plusSeconds(1));
    meters.passedOver(Job.STREAK_BREAK_WARNINGS, TODAY, Agenda.Reason.OFF);
    assertThat(due()).isNaN();
    clock.set(TODAY.plus(Duration.ofDays(1)).plusSeconds(1));
    assertThat(due()).isEqualTo(TODAY.plus(Duration.ofDays(1)).getEpochSecond());
  }

  private double due() {
    return registry
        .get("goalgpt.scheduler.due")
        .tag("job_name", "streak-break-warnings")
        .timeGauge()
        .value(TimeUnit.SECONDS);
  }
}
