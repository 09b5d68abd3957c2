package app.goalgpt.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.messages.Job;
import app.goalgpt.settings.Settings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a job was last due, as an alert asks it: streak-break-warnings, at 22:00 UTC. */
class SchedulerMetersTest {
  private static final Instant BEGIN = Instant.parse("2026-11-22T12:00:00Z");
  private static final Instant YESTERDAY = Instant.parse("2026-11-21T22:00:00Z");
  private static final Instant TODAY = Instant.parse("2026-11-22T22:00:00Z");

  /** When dead-token-cleanup is due. */
  private static final Instant NEXT_SUNDAY = Instant.parse("2026-11-29T03:00:00Z");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final SchedulerMeters meters = new SchedulerMeters(registry);
  private final MovableClock clock = new MovableClock(BEGIN);

  private final List<JobSchedule> table =
      JobTable.from(Settings.of(Map.of("JOB_DEAD_TOKEN_CLEANUP_ENABLED", "false")));

  @BeforeEach
  void schedules() {
    meters.schedules(table, clock);
    meters.obeyed(table);
    meters.speaking(true);
  }

  @Test
  void whatWasDueBeforeAnybodyKnewOfTheJobIsNobodysBusiness() {
    assertThat(due()).isNaN();
    clock.set(TODAY.plusSeconds(1));
    assertThat(due()).isEqualTo(TODAY.getEpochSecond());
  }

  @Test
  void whatBecameDueWhileNoBridgeRanIsDue() {
    remembered(YESTERDAY.minus(Duration.ofDays(3)));
    assertThat(due()).isEqualTo(YESTERDAY.getEpochSecond());
  }

  @Test
  void itIsDueWhetherOrNotItWasSent() {
    remembered(YESTERDAY);
    assertThat(due()).isEqualTo(YESTERDAY.getEpochSecond());
    clock.set(TODAY.plusSeconds(1));
    assertThat(due()).isEqualTo(TODAY.getEpochSecond());
    meters.sent(Job.STREAK_BREAK_WARNINGS, TODAY, Duration.ofSeconds(1));
    assertThat(due()).isEqualTo(TODAY.getEpochSecond());
  }

  @Test
  void aJobThatIsOffIsNotDue() {
    assertThat(due("dead-token-cleanup")).isNaN();
    remembered(YESTERDAY);
    clock.set(TODAY.plusSeconds(1));
    meters.passedOver(Job.STREAK_BREAK_WARNINGS, TODAY, Agenda.Reason.OFF);
    assertThat(due()).isNaN();
    clock.set(TODAY.plus(Duration.ofDays(1)).plusSeconds(1));
    assertThat(due()).isEqualTo(TODAY.plus(Duration.ofDays(1)).getEpochSecond());
  }

  @Test
  void aJobThatSettingsSwitchOffAndAnOperatorOnIsDue() {
    meters.obeyed(JobTable.from(Settings.of(Map.of())));
    assertThat(due("dead-token-cleanup")).isNaN();
    clock.set(NEXT_SUNDAY.plusSeconds(1));
    assertThat(due("dead-token-cleanup")).isEqualTo(NEXT_SUNDAY.getEpochSecond());
    meters.obeyed(table);
    assertThat(due("dead-token-cleanup")).isNaN();
  }

  @Test
  void whatWasPassedOverByTheOneWhoSpokeBeforeIsNotDue() {
    meters.remembered(
        Job.STREAK_BREAK_WARNINGS,
        new TickMemory("streak-break-warnings", YESTERDAY, YESTERDAY.minus(Duration.ofDays(3))));
    assertThat(due()).isNaN();
    clock.set(TODAY.plusSeconds(1));
    assertThat(due()).isEqualTo(TODAY.getEpochSecond());
  }

  @Test
  void whoDoesNotSpeakDoesNotKnowWhatIsDue() {
    clock.set(TODAY.plusSeconds(1));
    meters.speaking(false);
    assertThat(due()).isNaN();
  }

  private void remembered(Instant lastSent) {
    meters.remembered(
        Job.STREAK_BREAK_WARNINGS, new TickMemory("streak-break-warnings", lastSent, lastSent));
  }

  private double due() {
    return due("streak-break-warnings");
  }

  private double due(String job) {
    return due(registry, job);
  }

  /** In seconds since 1970; NaN for not due. */
  static double due(MeterRegistry registry, String job) {
    return registry
        .get("goalgpt.scheduler.due")
        .tag("job_name", job)
        .timeGauge()
        .value(TimeUnit.SECONDS);
  }
}
