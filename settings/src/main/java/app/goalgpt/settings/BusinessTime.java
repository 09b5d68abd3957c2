package app.goalgpt.settings;

import java.time.DateTimeException;
import java.time.ZoneId;

/** The one time zone of every schedule and every "today" (SPEC, "Jobs, on ticks"). */
public final class BusinessTime {
  private BusinessTime() {}

  /** Reads BUSINESS_ZONE ({@code UTC}). */
  public static ZoneId zone(Settings settings) {
    String zone = settings.text("BUSINESS_ZONE", "UTC");
    try {
      return ZoneId.of(zone);
    } catch (DateTimeException e) {
      throw new SettingException("BUSINESS_ZONE", zone, "a time zone, such as Europe/Istanbul");
    }
  }
}
