package app.goalgpt.topology.campaign;

import app.goalgpt.topology.customer.ActiveHours;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;

/**
 * The hours of the day that a campaign's window has, each with the instant at which it begins there
 * first. An hour that the clock leaps over that day is none of them; one that comes twice counts
 * the first time.
 */
final class BestHours {
  private static final int HOURS = 24;

  private final Instant start;
  private final Instant[] begins = new Instant[HOURS];
  private int mask;

  /**
   * @param within length of the window by the clock on the wall, 1 to 24 hours
   */
  BestHours(Instant start, int within, ZoneId zone) {
    this.start = start;
    ZonedDateTime first = start.atZone(zone);
    Instant end = first.toLocalDateTime().plusHours(within).atZone(zone).toInstant();
    add(first);
    LocalDateTime next = first.toLocalDateTime().truncatedTo(ChronoUnit.HOURS).plusHours(1);
    for (ZonedDateTime at = next.atZone(zone);
        at.toInstant().isBefore(end);
        at = next.atZone(zone)) {
      add(at);
      next = next.plusHours(1);
    }
  }

  private void add(ZonedDateTime at) {
    int hour = at.getHour();
    if (begins[hour] == null) {
      begins[hour] = at.toInstant();
      mask |= 1 << hour;
    }
  }

  /** When a customer is told: when the best hour of the window begins, at once without any. */
  Instant of(ActiveHours hours) {
    int best = hours.usual(mask).orElse(-1);
    return best < 0 ? start : begins[best];
  }
}
