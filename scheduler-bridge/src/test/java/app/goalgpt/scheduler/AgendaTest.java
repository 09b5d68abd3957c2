package app.goalgpt.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.messages.Job;
import app.goalgpt.settings.Settings;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgendaTest {
  private final Map<Job, Instant> through = new EnumMap<>(Job.class);
  private final List<String> done = new ArrayList<>();

  /** Does all that is due, and notes it as {@code JOB instant} or {@code -JOB instant}. */
  private Instant work(Agenda agenda, Instant now) {
    while (true) {
      Agenda.Step step = agenda.next(through, now);
      if (step instanceof Agenda.Send send) {
        done.add(send.job() + " " + send.plannedAt());
        through.put(send.job(), send.plannedAt());
      } else if (step instanceof Agenda.PassOver pass) {
        done.add("-" + pass.job() + " " + pass.newest());
        through.put(pass.job(), pass.newest());
      } else {
        return ((Agenda.Wait) step).until();
      }
    }
  }

  private Agenda begun(Instant now, String... settings) {
    Map<String, String> values = new TreeMap<>(Map.of("BUSINESS_ZONE", "Europe/Istanbul"));
    for (int i = 0; i < settings.length; i += 2) {
      values.put(settings[i], settings[i + 1]);
    }
    List<JobSchedule> table = JobTable.from(Settings.of(values));
    table.forEach(line -> through.put(line.job(), now));
    return new Agenda(table);
  }

  private static Instant istanbul(String time) {
    return Instant.parse(time + "+03:00");
  }

  private List<String> of(Job... jobs) {
    return done.stream()
        .filter(line -> List.of(jobs).stream().anyMatch(job -> line.contains(job.name())))
        .toList();
  }

  @Test
  void aDayGoesByTheTable() {
    Agenda agenda =
        begun(istanbul("2026-11-01T00:00:00"), "JOB_SCHEDULED_NOTIFICATIONS_ENABLED", "false");
    for (int minute = 0; minute < 24 * 60; minute++) {
      work(agenda, istanbul("2026-11-01T00:00:00").plus(Duration.ofMinutes(minute)));
    }
    done.removeIf(line -> line.startsWith("-SCHEDULED_NOTIFICATIONS"));

    assertThat(done) // 1 November 2026 is a Sunday and the first of a month
        .containsExactly(
            "PARTNER_ANALYTICS_ROLLUP " + istanbul("2026-11-01T00:05:00"),
            "DEAD_TOKEN_CLEANUP " + istanbul("2026-11-01T03:00:00"),
            "OLD_LOGS_CLEANUP " + istanbul("2026-11-01T04:00:00"),
            "SUBSCRIPTION_EXPIRY_ALERTS " + istanbul("2026-11-01T10:00:00"),
            "DAILY_REWARD_REMINDERS " + istanbul("2026-11-01T20:00:00"),
            "STREAK_BREAK_WARNINGS " + istanbul("2026-11-01T22:00:00"));
  }

  @Test
  void aStopOverSeveralMidnightsEndsAsEachJobSays() {
    Agenda agenda = begun(istanbul("2026-10-29T12:00:00"));

    work(agenda, istanbul("2026-11-02T00:30:10"));

    assertThat(done)
        .containsExactlyInAnyOrder(
            "SCHEDULED_NOTIFICATIONS " + istanbul("2026-11-02T00:30:00"),
            "-DAILY_REWARD_REMINDERS " + istanbul("2026-11-01T20:00:00"),
            "-STREAK_BREAK_WARNINGS " + istanbul("2026-11-01T22:00:00"),
            "-SUBSCRIPTION_EXPIRY_ALERTS " + istanbul("2026-11-01T10:00:00"),
            "PARTNER_ANALYTICS_ROLLUP " + istanbul("2026-10-30T00:05:00"),
            "PARTNER_ANALYTICS_ROLLUP " + istanbul("2026-10-31T00:05:00"),
            "PARTNER_ANALYTICS_ROLLUP " + istanbul("2026-11-01T00:05:00"),
            "PARTNER_ANALYTICS_ROLLUP " + istanbul("2026-11-02T00:05:00"),
            "DEAD_TOKEN_CLEANUP " + istanbul("2026-11-01T03:00:00"),
            "OLD_LOGS_CLEANUP " + istanbul("2026-11-01T04:00:00"));
    assertThat(of(Job.PARTNER_ANALYTICS_ROLLUP)).isSorted();
  }

  @ParameterizedTest
  @CsvSource({
    "STREAK_BREAK_WARNINGS,      22:00, 23:50:00, true",
    "STREAK_BREAK_WARNINGS,      22:00, 23:50:01, false",
    "DAILY_REWARD_REMINDERS,     20:00, 23:00:00, true",
    "DAILY_REWARD_REMINDERS,     20:00, 23:00:01, false",
    "SUBSCRIPTION_EXPIRY_ALERTS, 10:00, 23:59:59, true",
  })
  void lateTicksHaveALimit(Job job, String planned, String now, boolean sent) {
    Agenda agenda = begun(istanbul("2026-11-05T09:00:00"));

    work(agenda, istanbul("2026-11-05T" + now));

    assertThat(of(job))
        .containsExactly((sent ? "" : "-") + job + " " + istanbul("2026-11-05T" + planned + ":00"));
  }

  @Test
  void onItsOwnDayMeansBeforeMidnightInItsZoneWhateverTheSchedule() {
    Agenda agenda =
        begun(istanbul("2026-11-05T09:00:00"), "JOB_STREAK_BREAK_WARNINGS_SCHEDULE", "30 23 * * *");

    work(agenda, istanbul("2026-11-06T00:00:00"));

    assertThat(of(Job.STREAK_BREAK_WARNINGS))
        .containsExactly("-STREAK_BREAK_WARNINGS " + istanbul("2026-11-05T23:30:00"));
  }

  @Test
  void everyOneWithALimitPassesOverTheTooOldAndSendsTheRest() {
    Agenda agenda =
        begun(
            istanbul("2026-10-01T12:00:00"),
            "JOB_PARTNER_ANALYTICS_ROLLUP_MISSED",
            "every, not-later-than 2d");

    work(agenda, istanbul("2026-11-05T00:05:00"));

    assertThat(of(Job.PARTNER_ANALYTICS_ROLLUP))
        .containsExactly(
            "-PARTNER_ANALYTICS_ROLLUP " + istanbul("2026-11-02T00:05:00"),
            "PARTNER_ANALYTICS_ROLLUP " + istanbul("2026-11-03T00:05:00"),
            "PARTNER_ANALYTICS_ROLLUP " + istanbul("2026-11-04T00:05:00"),
            "PARTNER_ANALYTICS_ROLLUP " + istanbul("2026-11-05T00:05:00"));
  }

  @Test
  void aJobThatWasOffMakesUpForNothing() {
    Agenda off =
        begun(istanbul("2026-11-05T12:00:00"), "JOB_PARTNER_ANALYTICS_ROLLUP_ENABLED", "false");
    work(off, istanbul("2026-11-09T12:00:00"));
    Map<Job, Instant> before = Map.copyOf(through);
    Agenda on = begun(istanbul("2026-11-09T12:00:00"));
    through.putAll(before);
    done.clear();

    work(on, istanbul("2026-11-10T12:00:00"));

    assertThat(of(Job.PARTNER_ANALYTICS_ROLLUP))
        .containsExactly("PARTNER_ANALYTICS_ROLLUP " + istanbul("2026-11-10T00:05:00"));
  }

  /** A clock that jumps to and fro at random, over days on which it is put forward and back. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aClockThatJumpsNeitherSkipsNorRepeats(long seed) {
    ZoneId zone = ZoneId.of("Europe/Berlin");
    Schedule schedule = Schedule.of("*/30 1,2,3 * * *", zone);
    Job job = Job.PARTNER_ANALYTICS_ROLLUP;
    Agenda agenda =
        new Agenda(
            List.of(new JobSchedule(job, schedule, true, MissedTicks.parse("test", "every"))));
    Instant begin = Instant.parse("2026-03-20T00:00:00Z");
    through.put(job, begin);
    Random random = new Random(seed);
    Instant now = begin;
    Instant furthest = begin;
    while (furthest.isBefore(Instant.parse("2026-11-05T00:00:00Z"))) {
      now = now.plusSeconds(random.nextInt(400_000) - 190_000);
      furthest = now.isAfter(furthest) ? now : furthest;
      Instant wake = work(agenda, now);
      assertThat(wake).isAfter(now).isAfter(through.get(job));
    }

    // Each of the three hours has two a day; in March one hour of them shrinks to its end, 03:00.
    Instant end = furthest;
    List<String> expected = new ArrayList<>();
    for (Instant t = begin.plusSeconds(60); !t.isAfter(end); t = t.plusSeconds(60)) {
      var shown = t.atZone(zone);
      boolean second = !shown.withEarlierOffsetAtOverlap().toInstant().equals(t);
      if (shown.getMinute() % 30 == 0 && List.of(1, 2, 3).contains(shown.getHour()) && !second) {
        expected.add(job + " " + t);
      }
    }
    assertThat(done).containsExactlyElementsOf(expected);
  }

  @Test
  void thingsAreDoneInTheOrderOfTheirInstantsThenOfTheTable() {
    Agenda agenda =
        begun(
            istanbul("2026-11-05T12:00:00"),
            "JOB_SCHEDULED_NOTIFICATIONS_MISSED",
            "every",
            "JOB_DEAD_TOKEN_CLEANUP_SCHEDULE",
            "2 12 * * *",
            "JOB_OLD_LOGS_CLEANUP_SCHEDULE",
            "2 12 * * *");

    Instant wake = work(agenda, istanbul("2026-11-05T12:03:30"));

    assertThat(done)
        .containsExactly(
            "SCHEDULED_NOTIFICATIONS " + istanbul("2026-11-05T12:01:00"),
            "SCHEDULED_NOTIFICATIONS " + istanbul("2026-11-05T12:02:00"),
            "DEAD_TOKEN_CLEANUP " + istanbul("2026-11-05T12:02:00"),
            "OLD_LOGS_CLEANUP " + istanbul("2026-11-05T12:02:00"),
            "SCHEDULED_NOTIFICATIONS " + istanbul("2026-11-05T12:03:00"));
    assertThat(wake).isEqualTo(istanbul("2026-11-05T12:04:00"));
  }
}
