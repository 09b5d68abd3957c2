package app.goalgpt.standalone.demo;

import app.goalgpt.settings.Settings;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a business clock that is driven asks of the settings, where the environment does not say.
 */
final class DemoSettings {
  private static final String EVERY_MINUTE = "JOB_SCHEDULED_NOTIFICATIONS_SCHEDULE";
  private static final String FROM_NOW = "SCHEDULER_FROM_NOW";
  private static final List<Integer> MINUTES = List.of(1, 2, 5, 10, 15, 20, 30, 60);

  private DemoSettings() {}

  /**
   * @param speed business seconds per second
   */
  static Settings of(Settings settings, double speed) {
    Map<String, String> values = new TreeMap<>();
    // What is due every minute would be due many times a second: about once a second will do.
    int minutes = MINUTES.stream().filter(m -> m >= speed / 60).findFirst().orElse(60);
    if (minutes > 1 && settings.text(EVERY_MINUTE).isEmpty()) {
      values.put(EVERY_MINUTE, minutes == 60 ? "0 * * * *" : "*/%d * * * *".formatted(minutes));
    }
    // The clock is set anew at each start; what it once showed is no reason to wait or to make up.
    if (settings.text(FROM_NOW).isEmpty()) {
      values.put(FROM_NOW, "true");
    }
    return settings.with(values);
  }
}
