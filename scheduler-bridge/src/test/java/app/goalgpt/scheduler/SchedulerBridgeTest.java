package app.goalgpt.scheduler;

import static app.goalgpt.messages.Job.DAILY_REWARD_REMINDERS;
import static app.goalgpt.messages.Job.DEAD_TOKEN_CLEANUP;
import static app.goalgpt.messages.Job.PARTNER_ANALYTICS_ROLLUP;
import static app.goalgpt.messages.Job.SCHEDULED_NOTIFICATIONS;
import static app.goalgpt.messages.Job.STREAK_BREAK_WARNINGS;
import static app.goalgpt.messages.Job.SUBSCRIPTION_EXPIRY_ALERTS;
import static app.goalgpt.scheduler.BridgeFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.messages.RewardId;
import app.goalgpt.messages.Tick;
import app.goalgpt.messages.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class SchedulerBridgeTest extends BridgesOverOneBroker {
  private static Instant istanbul(String time) {
    return Instant.parse(time + "+03:00");
  }

  private static List<Instant> minutes(Instant from, int count) {
    return IntStream.range(0, count).mapToObj(i -> from.plusSeconds(60L * i)).toList();
  }

  @Test
  void theFirstStartSendsNothingOfThePastAndThenEachOccurrenceToEveryPartition() {
    MovableClock clock = new MovableClock(istanbul("2026-11-21T21:58:30"));
    Instant before = Instant.now();
    bridges.start(clock);
    assertThat(bridges.ticks()).isEmpty();

    for (int minute = 0; minute < 3; minute++) {
      clock.move(Duration.ofMinutes(1));
      bridges.awaitDealtWith(clock.instant());
    }

    Instant ten = istanbul("2026-11-21T22:00:00");
    assertThat(bridges.ticks())
        .containsExactly(
            "scheduled-notifications " + ten.minusSeconds(60),
            "scheduled-notifications " + ten,
            "streak-break-warnings " + ten,
            "scheduled-notifications " + ten.plusSeconds(60));
    Tick warning = bridges.byPartition().get(0).get(2);
    assertThat(warning.runId()).isEqualTo(RewardId.run("streak-break-warnings", ten));
    assertThat(warning.sentAt()).isBetween(before.minusMillis(1), Instant.now());
  }

  @Test
  void goesOnFromTheLastTickAfterAStop() {
    MovableClock clock = new MovableClock(istanbul("2026-11-21T12:00:00"));
    bridges.with("JOB_SCHEDULED_NOTIFICATIONS_MISSED", "every");
    SchedulerBridge first = bridges.start(clock);
    clock.move(Duration.ofMinutes(2));
    bridges.awaitDealtWith(clock.instant());
    bridges.stop(first);
    clock.move(Duration.ofMinutes(3));

    bridges.start(clock);
    bridges.awaitDealtWith(clock.instant());

    assertThat(bridges.ticks(SCHEDULED_NOTIFICATIONS))
        .isEqualTo(minutes(istanbul("2026-11-21T12:01:00"), 5));
  }

  @Test
  void aStopAcrossMidnightsEndsAsEachJobSays() {
    MovableClock clock = new MovableClock(istanbul("2026-11-20T21:30:00"));
    bridges.stop(bridges.start(clock));

    clock.set(istanbul("2026-11-23T00:30:30"));
    bridges.start(clock);
    bridges.awaitDealtWith(clock.instant());

    assertThat(bridges.ticks(PARTNER_ANALYTICS_ROLLUP))
        .containsExactly(
            istanbul("2026-11-21T00:05:00"),
            istanbul("2026-11-22T00:05:00"),
            istanbul("2026-11-23T00:05:00"));
    assertThat(bridges.ticks(STREAK_BREAK_WARNINGS)).isEmpty();
    assertThat(bridges.ticks(DAILY_REWARD_REMINDERS)).isEmpty();
    assertThat(bridges.ticks(SUBSCRIPTION_EXPIRY_ALERTS)).isEmpty();
    assertThat(bridges.ticks(DEAD_TOKEN_CLEANUP)).containsExactly(istanbul("2026-11-22T03:00:00"));
    assertThat(bridges.ticks(SCHEDULED_NOTIFICATIONS))
        .containsExactly(istanbul("2026-11-23T00:30:00"));
  }

  /**
   * The first is stopped in the very moment in which it has decided to look what is due: when it
   * goes on it believes that it speaks, and knows nothing of what the other one has sent.
   */
  @Test
  void ofTwoBridgesOnePausedForLongerThanItsSessionEachOccurrenceComesOnce() {
    bridges.with("SCHEDULER_SESSION", "2s");
    Instant begin = istanbul("2026-11-21T21:59:30");
    MovableClock firstClock = new MovableClock(begin);
    MovableClock secondClock = new MovableClock(begin);
    SimpleMeterRegistry firstMeters = new SimpleMeterRegistry();
    SimpleMeterRegistry secondMeters = new SimpleMeterRegistry();
    SchedulerBridge first = bridges.start(firstClock, firstMeters);
    SchedulerBridge second = bridges.start(secondClock, secondMeters);
    await().until(() -> speaking(firstMeters) + speaking(secondMeters) == 1);
    // Only who speaks asks what time it is.
    firstClock.hold();
    secondClock.hold();
    await().until(() -> firstClock.isWaitedFor() || secondClock.isWaitedFor());
    boolean firstSpeaks = firstClock.isWaitedFor();
    MovableClock paused = firstSpeaks ? firstClock : secondClock;
    SimpleMeterRegistry pausedMeters = firstSpeaks ? firstMeters : secondMeters;
    MovableClock other = firstSpeaks ? secondClock : firstClock;

    other.letGo();
    for (int minute = 0; minute < 2; minute++) {
      other.move(Duration.ofMinutes(1));
      bridges.awaitDealtWith(other.instant());
    }
    paused.set(other.instant());
    paused.letGo();

    await().until(() -> pausedMeters.counter("goalgpt.scheduler.kafka.trouble").count() > 0);
    Instant next = other.instant().plusSeconds(60);
    firstClock.set(next);
    secondClock.set(next);
    bridges.awaitDealtWith(next);
    bridges.stop(firstSpeaks ? second : first);
    paused.move(Duration.ofMinutes(1));
    bridges.awaitDealtWith(next.plusSeconds(60));

    assertThat(bridges.ticks(SCHEDULED_NOTIFICATIONS))
        .isEqualTo(minutes(istanbul("2026-11-21T22:00:00"), 4));
    assertThat(bridges.ticks(STREAK_BREAK_WARNINGS))
        .containsExactly(istanbul("2026-11-21T22:00:00"));
  }

  private static double speaking(SimpleMeterRegistry meters) {
    return meters.get("goalgpt.scheduler.speaking").gauge().value();
  }

  @Test
  void oneThatTakesTheTransactionalIdSilencesTheOtherUntilItHasReadWhatWasSent() {
    MovableClock clock = new MovableClock(istanbul("2026-11-21T12:00:30"));
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    bridges.start(clock, meters);
    Instant one = istanbul("2026-11-21T12:01:00");
    String job = SCHEDULED_NOTIFICATIONS.specName();
    clock.hold();
    await().until(clock::isWaitedFor);

    SchedulerBridgeConfig config = bridges.config();
    try (TickWriter thief = TickWriter.open(config, config.groupId())) {
      List<ProducerRecord<byte[], byte[]>> copies = thief.copies(new Tick(job, one, one));
      ProducerRecord<byte[], byte[]> memory = thief.memory(new TickMemory(job, one, one));
      thief.write(Stream.concat(copies.stream(), Stream.of(memory)).toList());
    }
    clock.set(one.plusSeconds(10));
    clock.letGo();
    await().until(() -> meters.counter("goalgpt.scheduler.kafka.trouble").count() > 0);
    clock.set(one.plusSeconds(70));
    bridges.awaitDealtWith(clock.instant());

    assertThat(bridges.ticks(SCHEDULED_NOTIFICATIONS)).isEqualTo(minutes(one, 2));
  }

  @Test
  void aClockThatGoesBackRepeatsNothing() {
    Instant noon = istanbul("2026-11-21T12:00:00");
    MovableClock clock = new MovableClock(noon);
    SchedulerBridge bridge = bridges.start(clock);
    clock.set(noon.plusSeconds(120));
    bridges.awaitDealtWith(clock.instant());
    clock.set(noon.minusSeconds(3600));
    bridges.stop(bridge);
    bridges.start(clock);
    clock.set(noon.plusSeconds(180));
    bridges.awaitDealtWith(clock.instant());

    assertThat(bridges.ticks(SCHEDULED_NOTIFICATIONS))
        .containsExactly(noon.plusSeconds(120), noon.plusSeconds(180));
  }

  @Test
  void afterAClockThatRanAheadSchedulesBeginAgainWhenToldTo() {
    Instant noon = istanbul("2026-11-21T12:00:00");
    MovableClock clock = new MovableClock(noon.plus(Duration.ofDays(3650)));
    bridges.stop(bridges.start(clock));
    clock.set(noon);

    bridges.with("SCHEDULER_FROM_NOW", "true").start(clock);
    clock.set(noon.plusSeconds(60));
    bridges.awaitDealtWith(clock.instant());

    assertThat(bridges.ticks()).containsExactly("scheduled-notifications " + clock.instant());
  }

  @Test
  void aTickByHandDoesNotDisturbTheBridgeAndTwiceIsTheSameRun() {
    MovableClock clock = new MovableClock(istanbul("2026-11-21T21:59:30"));
    bridges.start(clock);
    Instant ten = istanbul("2026-11-21T22:00:00");

    Tick once = TickByHand.send(bridges.config(), STREAK_BREAK_WARNINGS, ten);
    Tick twice = TickByHand.send(bridges.config(), STREAK_BREAK_WARNINGS, ten);
    clock.set(ten.plusSeconds(1));
    bridges.awaitDealtWith(clock.instant());

    assertThat(once.runId()).isEqualTo(twice.runId());
    assertThat(bridges.ticks(STREAK_BREAK_WARNINGS)).containsExactly(ten, ten, ten);
    assertThat(bridges.byPartition().get(0).stream().filter(t -> t.job().startsWith("streak")))
        .extracting(Tick::runId)
        .containsOnly(once.runId());
  }

  @Test
  void aJobThatIsOffIsPassedOverAndNotMadeUpFor() {
    Instant noon = istanbul("2026-11-21T12:00:00");
    MovableClock clock = new MovableClock(noon);
    bridges.with("JOB_PARTNER_ANALYTICS_ROLLUP_ENABLED", "false");
    SchedulerBridge off = bridges.start(clock);
    clock.set(istanbul("2026-11-23T12:00:00"));
    bridges.awaitDealtWith(clock.instant());
    bridges.stop(off);

    bridges.with("JOB_PARTNER_ANALYTICS_ROLLUP_ENABLED", "true").start(clock);
    clock.set(istanbul("2026-11-24T12:00:00"));
    bridges.awaitDealtWith(clock.instant());

    assertThat(bridges.ticks(PARTNER_ANALYTICS_ROLLUP))
        .containsExactly(istanbul("2026-11-24T00:05:00"));
  }

  @Test
  void anUnreadableMemoryIsAJobThatBeginsNow() {
    Instant noon = istanbul("2026-11-21T12:00:30");
    MovableClock clock = new MovableClock(noon);
    SchedulerBridgeConfig config = bridges.config();
    config.topics().ensure();
    try (TickWriter writer = TickWriter.open(config, config.groupId())) {
      String topic = config.topics().name(Topic.TICKS_SENT);
      writer.write(
          Stream.of("{\"job\":", "{\"job\":\"scheduled-notifications\"}", "[]")
              .map(text -> text.getBytes(StandardCharsets.UTF_8))
              .map(value -> new ProducerRecord<>(topic, value, value))
              .toList());
    }

    bridges.start(clock);
    clock.move(Duration.ofMinutes(1));
    bridges.awaitDealtWith(clock.instant());

    assertThat(bridges.ticks(SCHEDULED_NOTIFICATIONS))
        .containsExactly(istanbul("2026-11-21T12:01:00"));
  }

  @Test
  void aDrivenClockDrivesIt() {
    bridges.with("JOB_SCHEDULED_NOTIFICATIONS_MISSED", "every");
    bridges.start(DrivenClock.from(istanbul("2026-11-21T21:50:00"), 1800, Clock.systemUTC()));

    await().until(() -> bridges.ticks(PARTNER_ANALYTICS_ROLLUP).size() == 1);

    List<Instant> minutes = bridges.ticks(SCHEDULED_NOTIFICATIONS);
    assertThat(minutes).isEqualTo(minutes(minutes.get(0), minutes.size()));
    assertThat(bridges.ticks(PARTNER_ANALYTICS_ROLLUP))
        .containsExactly(istanbul("2026-11-22T00:05:00"));
  }

  @Test
  void theOverviewSaysWhatIsDueAndWhatIsOverdue() {
    MovableClock clock = new MovableClock(istanbul("2026-11-20T21:30:00"));
    bridges.with("JOB_OLD_LOGS_CLEANUP_ENABLED", "false");
    bridges.stop(bridges.start(clock));

    // What the bridge remembers can be read a moment after it was committed.
    await()
        .untilAsserted(
            () ->
                assertThat(due(istanbul("2026-12-01T09:00:00")))
                    .containsEntry(
                        "streak-break-warnings", istanbul("2026-11-20T22:00:00") + " true")
                    .containsEntry("dead-token-cleanup", istanbul("2026-11-22T03:00:00") + " true")
                    .containsEntry("old-logs-cleanup", istanbul("2026-12-01T04:00:00") + " false"));
    bridges.with("TOPIC_PREFIX", "nobody.was.here");
    assertThat(JobOverview.all(bridges.config(), istanbul("2026-12-01T09:00:00")))
        .noneMatch(JobOverview::overdue);
  }

  private Map<String, String> due(Instant now) {
    return JobOverview.all(bridges.config(), now).stream()
        .collect(
            Collectors.toMap(job -> job.job().specName(), job -> job.due() + " " + job.overdue()));
  }
}
