package app.goalgpt.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  private static final ZoneId UTC = ZoneId.of("UTC");
  private static final String BERLIN = "Europe/Berlin";

  /** Forward on 29 March 2026 at 02:00, back on 25 October 2026 at 03:00. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // The clock leaps over 02:30: at the moment of the leap. Then the first of each day again.
        "30 2 * * *  | 2026-03-28T01:30:00Z | 2026-03-29T01:00:00Z,2026-03-30T00:30:00Z",
        // All that is leapt over is one occurrence; what comes on the hour itself is the same one.
        "*/20 2 * * * | 2026-03-28T01:40:00Z | 2026-03-29T01:00:00Z,2026-03-30T00:00:00Z",
        "30 2,3 * * * | 2026-03-28T12:00:00Z | 2026-03-29T01:00:00Z,2026-03-29T01:30:00Z",
        "0 2,3 * * * | 2026-03-28T12:00:00Z | 2026-03-29T01:00:00Z,2026-03-30T00:00:00Z",
        // 02:30 comes twice: the first of them.
        "30 2 * * *  | 2026-10-24T00:30:00Z | 2026-10-25T00:30:00Z,2026-10-26T01:30:00Z",
        "*/30 2 * * * | 2026-10-24T12:00:00Z | 2026-10-25T00:00:00Z,2026-10-25T00:30:00Z,2026-10-26T01:00:00Z",
        "0 3 * * *   | 2026-10-24T12:00:00Z | 2026-10-25T02:00:00Z,2026-10-26T02:00:00Z",
        // Every hour goes on by the hour, through both.
        "15 * * * *  | 2026-03-29T00:00:00Z | 2026-03-29T00:15:00Z,2026-03-29T01:15:00Z,2026-03-29T02:15:00Z",
        "15 * * * *  | 2026-10-25T00:00:00Z | 2026-10-25T00:15:00Z,2026-10-25T01:15:00Z,2026-10-25T02:15:00Z",
        "* * * * *   | 2026-03-29T00:59:00Z | 2026-03-29T01:00:00Z,2026-03-29T01:01:00Z",
        "* * * * *   | 2026-10-25T00:59:30Z | 2026-10-25T01:00:00Z,2026-10-25T01:01:00Z",
      })
  void daysOnWhichTheClockIsPutForwardOrBack(String expression, Instant after, String expected) {
    assertThat(following(Schedule.of(expression, ZoneId.of(BERLIN)), after, expected))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // There was no midnight on 4 November 2018: the day began at 01:00, 03:00 UTC.
        "America/Sao_Paulo   | 5 0 * * *  | 2018-11-03T12:00:00Z | 2018-11-04T03:00:00Z,2018-11-05T02:05:00Z",
        "America/Sao_Paulo   | 0 * * * *  | 2018-11-04T02:00:00Z | 2018-11-04T03:00:00Z,2018-11-04T04:00:00Z",
        // The last hour of 17 February 2018 came twice.
        "America/Sao_Paulo   | 30 23 * * * | 2018-02-17T12:00:00Z | 2018-02-18T01:30:00Z,2018-02-19T02:30:00Z",
        // Half an hour.
        "Australia/Lord_Howe | 15 2 * * * | 2026-10-03T12:00:00Z | 2026-10-03T15:30:00Z,2026-10-04T15:15:00Z",
        // 30 December 2011 did not take place.
        "Pacific/Apia        | 0 20 * * * | 2011-12-30T00:00:00Z | 2011-12-30T06:00:00Z,2011-12-30T10:00:00Z,2011-12-31T06:00:00Z",
      })
  void zonesThatHaveOddDays(String zone, String expression, Instant after, String expected) {
    assertThat(following(Schedule.of(expression, ZoneId.of(zone)), after, expected))
        .isEqualTo(expected);
  }

  private static String following(Schedule schedule, Instant after, String expected) {
    List<String> found = new ArrayList<>();
    Instant last = after;
    for (int i = 0; i < expected.split(",").length; i++) {
      last = schedule.next(last);
      found.add(last.toString());
    }
    return String.join(",", found);
  }

  /** Every minute of a year and a half is looked at: no library, no cleverness. */
  @ParameterizedTest
  @ValueSource(strings = {BERLIN, "America/Sao_Paulo", "Australia/Lord_Howe", "Europe/Istanbul"})
  void certainHoursHaveEachWallClockTimeOfTheCalendarOnce(String name) {
    ZoneId zone = ZoneId.of(name);
    LocalDateTime begin = LocalDate.of(2017, 6, 1).atTime(12, 0);
    TreeSet<Instant> expected = new TreeSet<>();
    for (LocalDateTime t = begin.plusMinutes(1); t.getYear() < 2019; t = t.plusMinutes(1)) {
      if (t.getMinute() % 15 == 5 && List.of(0, 2, 3, 23).contains(t.getHour())) {
        ZonedDateTime shown = t.atZone(zone).withEarlierOffsetAtOverlap();
        boolean leaptOver = !shown.toLocalDateTime().equals(t);
        expected.add(leaptOver ? leap(shown) : shown.toInstant());
      }
    }

    assertThat(
            between(
                Schedule.of("5/15 0,2,3,23 * * *", zone),
                begin.atZone(zone).toInstant(),
                expected.last()))
        .containsExactlyElementsOf(expected);
  }

  /** java.time moves a time that was leapt over on by the length of the leap. */
  private static Instant leap(ZonedDateTime movedOn) {
    return movedOn.getZone().getRules().previousTransition(movedOn.toInstant()).getInstant();
  }

  @ParameterizedTest
  @ValueSource(strings = {BERLIN, "America/Sao_Paulo", "Australia/Lord_Howe", "Europe/Istanbul"})
  void everyHourHasEachTimeThatTheClockShows(String name) {
    ZoneId zone = ZoneId.of(name);
    Instant begin = Instant.parse("2017-06-01T12:00:00Z");
    List<Instant> expected = new ArrayList<>();
    for (Instant t = begin.plusSeconds(60); expected.size() < 10_000; t = t.plusSeconds(60)) {
      if (t.atZone(zone).getMinute() % 45 == 0) {
        expected.add(t);
      }
    }

    assertThat(between(Schedule.of("0,45 * * * *", zone), begin, expected.get(expected.size() - 1)))
        .containsExactlyElementsOf(expected);
  }

  private static List<Instant> between(Schedule schedule, Instant after, Instant until) {
    List<Instant> found = new ArrayList<>();
    for (Instant t = schedule.next(after); !t.isAfter(until); t = schedule.next(t)) {
      found.add(t);
    }
    return found;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 3 * * 0      | 2026-11-15T03:00:00Z,2026-11-22T03:00:00Z", // a Sunday
        "0 3 * * 7      | 2026-11-15T03:00:00Z,2026-11-22T03:00:00Z",
        "0 4 1 * *      | 2026-12-01T04:00:00Z,2027-01-01T04:00:00Z",
        "0 0 13 * 5     | 2026-11-13T00:00:00Z,2026-11-20T00:00:00Z", // the 13th, and Fridays
        "0 12 29 2 *    | 2028-02-29T12:00:00Z,2032-02-29T12:00:00Z",
        "59 23 31 12 *  | 2026-12-31T23:59:00Z,2027-12-31T23:59:00Z",
        "0-3/2 9-10 * * 1-5 | 2026-11-10T09:00:00Z,2026-11-10T09:02:00Z,2026-11-10T10:00:00Z",
      })
  void daysOfTheCalendar(String expression, String expected) {
    Instant after = Instant.parse("2026-11-10T00:00:00Z");

    assertThat(following(Schedule.of(expression, UTC), after, expected)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "* * * *",
        "* * * * * *",
        "60 * * * *",
        "0 24 * * *",
        "soon",
        "0 0 30 2 *",
        "0 0 31 4,6 *"
      })
  void whatIsNoScheduleIsRefused(String expression) {
    assertThatThrownBy(() -> Schedule.of(expression, UTC))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theNewestOfAPeriodIsItsLastOccurrence() {
    Schedule daily = Schedule.of("5 0 * * *", UTC);
    Instant after = Instant.parse("2020-01-01T00:05:00Z");

    assertThat(daily.newest(after, Instant.parse("2020-01-02T00:04:59Z"))).isEmpty();
    assertThat(daily.newest(after, Instant.parse("2020-01-02T00:05:00Z")))
        .contains(Instant.parse("2020-01-02T00:05:00Z"));
    assertThat(daily.newest(after, Instant.parse("2026-07-01T00:04:00Z")))
        .contains(Instant.parse("2026-06-30T00:05:00Z"));
    assertThat(daily.newest(after, after.minus(Duration.ofDays(3)))).isEmpty();
  }
}
