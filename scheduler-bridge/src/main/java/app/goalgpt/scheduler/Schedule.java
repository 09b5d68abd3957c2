package app.goalgpt.scheduler;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.field.CronFieldName;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.Optional;

/**
 * When something is due: a cron expression of five fields (minute, hour, day of month, month, day
 * of week; both days given: either) in a time zone. The library is asked about wall clock times
 * only; what they are on days on which the clock is put forward or back is decided here:
 *
 * <ul>
 *   <li>An expression for certain hours ({@code 30 2 * * *}) has each wall clock time once: the
 *       first time that the clock shows it or, where the clock leaps over it, the moment of the
 *       leap (all the times leapt over are then one occurrence).
 *   <li>An expression for every hour ({@code * * * * *}) has an occurrence whenever the clock shows
 *       a matching time, in the hour that comes twice too.
 * </ul>
 */
final class Schedule {
  private static final CronParser PARSER =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
  private static final Duration TICK = Duration.ofMinutes(1);

  private final String expression;
  private final ZoneId zone;
  private final ExecutionTime wallClockTimes;
  private final boolean everyHour;

  private Schedule(String expression, Cron cron, ZoneId zone) {
    this.expression = expression;
    this.zone = zone;
    this.wallClockTimes = ExecutionTime.forCron(cron);
    String hours = cron.retrieveFieldsAsMap().get(CronFieldName.HOUR).getExpression().asString();
    this.everyHour = hours.equals("*") || hours.equals("*/1");
  }

  /**
   * @throws IllegalArgumentException when it is not a cron expression or never due, saying why
   */
  static Schedule of(String expression, ZoneId zone) {
    Schedule schedule = new Schedule(expression, PARSER.parse(expression), zone);
    if (schedule.nextWallClock(LocalDateTime.of(2024, 1, 1, 0, 0)).isEmpty()) {
      throw new IllegalArgumentException("there is no such day");
    }
    return schedule;
  }

  String expression() {
    return expression;
  }

  ZoneId zone() {
    return zone;
  }

  /** The first occurrence later than that. */
  Instant next(Instant after) {
    return everyHour ? nextShown(after) : nextOfCalendar(after);
  }

  /** The newest occurrence later than {@code after} and not later than {@code until}. */
  Optional<Instant> newest(Instant after, Instant until) {
    for (Duration back = TICK; ; back = back.multipliedBy(2)) {
      boolean all = !until.minus(back).isAfter(after);
      Instant from = all ? after : until.minus(back);
      Instant found = next(from);
      if (!found.isAfter(until)) {
        return Optional.of(lastFrom(found, until));
      }
      if (all) {
        return Optional.empty();
      }
    }
  }

  private Instant lastFrom(Instant occurrence, Instant until) {
    Instant last = occurrence;
    for (Instant next = next(last); !next.isAfter(until); next = next(last)) {
      last = next;
    }
    return last;
  }

  /** The instant that a wall clock time of the calendar stands for; never falls as it rises. */
  Instant resolve(LocalDateTime wallClock) {
    ZoneRules rules = zone.getRules();
    List<ZoneOffset> offsets = rules.getValidOffsets(wallClock);
    return offsets.isEmpty()
        ? rules.getTransition(wallClock).getInstant()
        : wallClock.toInstant(offsets.get(0));
  }

  private Instant nextOfCalendar(Instant after) {
    LocalDateTime wallClock = LocalDateTime.ofInstant(after, zone);
    Instant occurrence;
    do {
      wallClock = nextWallClock(wallClock).orElseThrow(this::endOfTime);
      occurrence = resolve(wallClock);
    } while (!occurrence.isAfter(after));
    return occurrence;
  }

  /** Between two changes of the clock there is one offset, and wall clock times simply follow. */
  private Instant nextShown(Instant after) {
    ZoneRules rules = zone.getRules();
    ZoneOffset offset = rules.getOffset(after);
    LocalDateTime wallClock = LocalDateTime.ofInstant(after, offset);
    ZoneOffsetTransition change = rules.nextTransition(after);
    while (true) {
      wallClock = nextWallClock(wallClock).orElseThrow(this::endOfTime);
      Instant occurrence = wallClock.toInstant(offset);
      if (change == null || occurrence.isBefore(change.getInstant())) {
        return occurrence;
      }
      offset = change.getOffsetAfter();
      wallClock = change.getDateTimeAfter().minusSeconds(1);
      change = rules.nextTransition(change.getInstant());
    }
  }

  /** UTC's clock is never put forward or back, so the library sees nothing but a calendar. */
  private Optional<LocalDateTime> nextWallClock(LocalDateTime after) {
    return wallClockTimes
        .nextExecution(after.atZone(ZoneOffset.UTC))
        .map(next -> next.toLocalDateTime());
  }

  private IllegalStateException endOfTime() {
    return new IllegalStateException(this + " is never due again");
  }

  @Override
  public String toString() {
    return expression + " " + zone;
  }
}
