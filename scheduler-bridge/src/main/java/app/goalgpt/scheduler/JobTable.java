package app.goalgpt.scheduler;

import static app.goalgpt.messages.Job.DAILY_REWARD_REMINDERS;
import static app.goalgpt.messages.Job.DEAD_TOKEN_CLEANUP;
import static app.goalgpt.messages.Job.OLD_LOGS_CLEANUP;
import static app.goalgpt.messages.Job.PARTNER_ANALYTICS_ROLLUP;
import static app.goalgpt.messages.Job.SCHEDULED_NOTIFICATIONS;
import static app.goalgpt.messages.Job.STREAK_BREAK_WARNINGS;
import static app.goalgpt.messages.Job.SUBSCRIPTION_EXPIRY_ALERTS;

import app.goalgpt.messages.Job;
import app.goalgpt.settings.BusinessTime;
import app.goalgpt.settings.SettingException;
import app.goalgpt.settings.Settings;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The jobs, when they are due (SPEC, "Jobs, on ticks") and what becomes of missed ticks. Each cell
 * can be set: JOB_&lt;JOB&gt;_SCHEDULE, _ENABLED, _ZONE (BUSINESS_ZONE), _MISSED.
 */
final class JobTable {
  private static final boolean ON = true;

  private record Row(Job job, String schedule, boolean enabled, String missed) {}

  private static final List<Row> DEFAULTS =
      List.of(
          new Row(SCHEDULED_NOTIFICATIONS, "* * * * *", ON, "once"),
          new Row(DAILY_REWARD_REMINDERS, "0 20 * * *", ON, "once, same-day, not-later-than 3h"),
          new Row(STREAK_BREAK_WARNINGS, "0 22 * * *", ON, "once, same-day, not-later-than 110m"),
          new Row(SUBSCRIPTION_EXPIRY_ALERTS, "0 10 * * *", ON, "once, same-day"),
          new Row(PARTNER_ANALYTICS_ROLLUP, "5 0 * * *", ON, "every"),
          new Row(DEAD_TOKEN_CLEANUP, "0 3 * * 0", ON, "once"),
          new Row(OLD_LOGS_CLEANUP, "0 4 1 * *", ON, "once"));

  private static final Pattern SETTING = Pattern.compile("(.+)_(SCHEDULE|ENABLED|ZONE|MISSED)");
  private static final String JOBS =
      Arrays.stream(Job.values()).map(Job::name).collect(Collectors.joining(", "));

  private JobTable() {}

  /** The table with what the settings say instead. */
  static List<JobSchedule> from(Settings settings) {
    refuseUnknownJobs(settings);
    ZoneId businessZone = BusinessTime.zone(settings);
    return DEFAULTS.stream().map(row -> read(row, businessZone, settings)).toList();
  }

  private static JobSchedule read(Row row, ZoneId businessZone, Settings settings) {
    String prefix = "JOB_" + row.job().name();
    String missed = prefix + "_MISSED";
    return new JobSchedule(
        row.job(),
        schedule(
            settings,
            prefix + "_SCHEDULE",
            row.schedule(),
            zone(settings, prefix + "_ZONE", businessZone)),
        settings.flag(prefix + "_ENABLED", row.enabled()),
        MissedTicks.parse(missed, settings.text(missed, row.missed())));
  }

  private static ZoneId zone(Settings settings, String name, ZoneId otherwise) {
    String zone = settings.text(name, otherwise.getId());
    try {
      return ZoneId.of(zone);
    } catch (DateTimeException e) {
      throw new SettingException(name, zone, "a time zone, such as Europe/Istanbul");
    }
  }

  private static Schedule schedule(Settings settings, String name, String otherwise, ZoneId zone) {
    String expression = settings.text(name, otherwise);
    try {
      return Schedule.of(expression, zone);
    } catch (IllegalArgumentException e) {
      throw new SettingException(
          name,
          expression,
          "a cron expression: minute, hour, day of month, month, day of week, such as 0 20 * * * ("
              + e.getMessage()
              + ")");
    }
  }

  /** A misspelt name would otherwise leave a job as it was, and nobody the wiser. */
  private static void refuseUnknownJobs(Settings settings) {
    settings
        .startingWith("JOB_")
        .forEach(
            (name, value) -> {
              Matcher setting = SETTING.matcher(name);
              if (setting.matches()
                  && Arrays.stream(Job.values())
                      .noneMatch(job -> job.name().equals(setting.group(1)))) {
                throw new SettingException(
                    "JOB_" + name,
                    value,
                    "JOB_<JOB>_%s of the jobs %s".formatted(setting.group(2), JOBS));
              }
            });
  }
}
