package app.goalgpt.notifier;

import app.goalgpt.messages.Push;
import app.goalgpt.settings.BusinessTime;
import app.goalgpt.settings.SettingException;
import app.goalgpt.settings.Settings;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * When people are left alone, and how often a day they are told something.
 *
 * @param quiet the hours in which reminders and campaigns wait
 * @param quietForRewards whether rewards wait in them as well
 * @param cap reminders and campaigns that a customer gets on one day of the business zone at most;
 *     0: no cap. Rewards are exempt
 * @param zone of the hours and of the day
 */
public record Kindness(Optional<Hours> quiet, boolean quietForRewards, int cap, ZoneId zone) {
  private static final String ALLOWED = "two different times of day such as 23:00-08:00, or none";

  /**
   * From a time of day to the next occurrence of another.
   *
   * @param from the first quiet minute
   * @param to the first minute that is not quiet any more; before {@code from}: of the next day
   */
  public record Hours(LocalTime from, LocalTime to) {}

  /** Nobody is left alone. */
  static Kindness none(ZoneId zone) {
    return new Kindness(Optional.empty(), false, 0, zone);
  }

  /** Reads QUIET_HOURS, QUIET_HOURS_REWARDS, PUSH_CAP and BUSINESS_ZONE. */
  static Kindness from(Settings settings) {
    return new Kindness(
        settings.text("QUIET_HOURS").filter(text -> !text.equals("none")).map(Kindness::hours),
        settings.flag("QUIET_HOURS_REWARDS", false),
        settings.integer("PUSH_CAP", 0, 0, 100),
        BusinessTime.zone(settings));
  }

  private static Hours hours(String text) {
    String[] times = text.split("-", -1);
    if (times.length == 2) {
      try {
        Hours hours = new Hours(LocalTime.parse(times[0]), LocalTime.parse(times[1]));
        if (!hours.from().equals(hours.to())) {
          return hours;
        }
      } catch (DateTimeParseException e) {
        throw new SettingException("QUIET_HOURS", text, ALLOWED);
      }
    }
    throw new SettingException("QUIET_HOURS", text, ALLOWED);
  }

  /** Until when the lane is to wait; empty when it may go on. */
  Optional<Instant> quietUntil(Push.Lane lane, Instant now) {
    if (lane == Push.Lane.REWARD && !quietForRewards) {
      return Optional.empty();
    }
    return quiet.flatMap(hours -> until(hours, now));
  }

  /** Days on which the clock is put forward or back are as long as they are. */
  private Optional<Instant> until(Hours hours, Instant now) {
    ZonedDateTime local = now.atZone(zone);
    LocalTime time = local.toLocalTime();
    boolean overMidnight = hours.to().isBefore(hours.from());
    boolean afterFrom = !time.isBefore(hours.from());
    boolean beforeTo = time.isBefore(hours.to());
    if (overMidnight ? !(afterFrom || beforeTo) : !(afterFrom && beforeTo)) {
      return Optional.empty();
    }
    ZonedDateTime end = local.toLocalDate().atTime(hours.to()).atZone(zone);
    ZonedDateTime next = end.isAfter(local) ? end : end.plusDays(1);
    return Optional.of(next.toInstant());
  }
}
