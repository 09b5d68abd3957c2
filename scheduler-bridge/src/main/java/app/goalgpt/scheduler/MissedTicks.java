package app.goalgpt.scheduler;

import app.goalgpt.settings.SettingException;
import app.goalgpt.settings.Settings;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;

/**
 * What becomes of a job's occurrences for which no tick was sent in time (the bridge was down).
 *
 * @param every each is sent, in order; otherwise the newest alone, for all of them
 * @param notLaterThan how late a tick may be sent at most; null: any time
 * @param sameDay whether it may be sent on its own day only, in the job's zone
 */
record MissedTicks(boolean every, Duration notLaterThan, boolean sameDay) {
  private static final String LIMIT = "not-later-than ";
  private static final String ALLOWED =
      "once or every, not-later-than DURATION, same-day; several separated by commas, such as"
          + " once, not-later-than 3h";

  /**
   * Reads {@code once}, {@code every, not-later-than 7d}, {@code same-day}, … ; {@code once} need
   * not be said.
   *
   * @throws SettingException in the name of that setting
   */
  static MissedTicks parse(String setting, String text) {
    boolean once = false;
    boolean every = false;
    boolean sameDay = false;
    Duration limit = null;
    for (String word : text.split(",", -1)) {
      String rule = word.strip().replaceAll("\\s+", " ");
      switch (rule.startsWith(LIMIT) ? LIMIT : rule) {
        case "once" -> once = true;
        case "every" -> every = true;
        case "same-day" -> sameDay = true;
        case LIMIT -> limit = duration(setting, text, rule.substring(LIMIT.length()));
        default -> throw new SettingException(setting, text, ALLOWED);
      }
    }
    if (once && every) {
      throw new SettingException(setting, text, ALLOWED);
    }
    return new MissedTicks(every, limit, sameDay);
  }

  private static Duration duration(String setting, String text, String limit) {
    try {
      return Settings.of(Map.of(setting, limit))
          .duration(setting, null, Duration.ofSeconds(1), Duration.ofDays(3650));
    } catch (SettingException e) {
      throw new SettingException(setting, text, ALLOWED);
    }
  }

  /** The earliest planned instant whose tick may still be sent now. */
  Instant earliest(Instant now, ZoneId zone) {
    Instant earliest = notLaterThan == null ? Instant.MIN : now.minus(notLaterThan);
    if (!sameDay) {
      return earliest;
    }
    Instant today = now.atZone(zone).toLocalDate().atStartOfDay(zone).toInstant();
    return today.isAfter(earliest) ? today : earliest;
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return (every ? "every" : "once")
        + (sameDay ? ", same-day" : "")
        + (notLaterThan == null ? "" : ", " + LIMIT + inWords(notLaterThan));
  }

  private static String inWords(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
