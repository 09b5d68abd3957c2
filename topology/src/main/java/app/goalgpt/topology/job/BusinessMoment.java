package app.goalgpt.topology.job;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * As of when something is computed: a tick's planned instant, in the zone of every "today" (SPEC,
 * "Jobs, on ticks"). Never the wall clock.
 *
 * @param today the day of that instant: every customer of a sweep is asked about it
 */
public record BusinessMoment(Instant at, ZoneId zone, LocalDate today) {

  public BusinessMoment(Instant at, ZoneId zone) {
    this(at, zone, at.atZone(zone).toLocalDate());
  }

  /** The day that an instant belongs to. */
  public LocalDate dateOf(Instant instant) {
    return instant.atZone(zone).toLocalDate();
  }

  /** The first instant of tomorrow; days with a change of the clocks are 23 or 25 hours long. */
  public Instant endOfDay() {
    return today().plusDays(1).atStartOfDay(zone).toInstant();
  }

  /** Whole hours left of the day. */
  public long hoursLeft() {
    return Duration.between(at, endOfDay()).toHours();
  }
}
