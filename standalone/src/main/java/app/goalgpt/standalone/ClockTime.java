package app.goalgpt.standalone;

import app.goalgpt.settings.SettingException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;

/** Reads what {@code --clock} may say. */
final class ClockTime {
  private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");
  private static final String ALLOWED =
      "a time of today (20:55), a date and time (2026-11-22T20:55), both in BUSINESS_ZONE, an"
          + " instant (2026-11-22T17:55:00Z), or now; from %s to %s".formatted(EARLIEST, LATEST);

  private ClockTime() {}

  /**
   * @param zone of a time that names none, and of "today"
   * @throws SettingException when it is none of what is allowed
   */
  static Instant parse(String text, ZoneId zone, Instant now) {
    try {
      Instant instant = instant(text.strip(), zone, now);
      if (!instant.isBefore(EARLIEST) && instant.isBefore(LATEST)) {
        return instant;
      }
    } catch (DateTimeException e) {
      throw new SettingException("--clock", text, ALLOWED);
    }
    throw new SettingException("--clock", text, ALLOWED);
  }

  private static Instant instant(String text, ZoneId zone, Instant now) {
    if (text.equals("now")) {
      return now;
    }
    if (!text.contains("T")) {
      LocalTime time = LocalTime.parse(text);
      return LocalDate.ofInstant(now, zone).atTime(time).atZone(zone).toInstant();
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException withoutOffset) {
      return LocalDateTime.parse(text).atZone(zone).toInstant();
    }
  }
}
