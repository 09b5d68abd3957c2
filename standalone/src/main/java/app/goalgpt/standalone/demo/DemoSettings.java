package app.goalgpt.standalone.demo;

import app.goalgpt.console.ConsoleConfig;
import app.goalgpt.settings.Settings;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a business clock that is driven asks of the settings, where the environment does not say.
 */
final class DemoSettings {
  private static final String EVERY_MINUTE = "JOB_SCHEDULED_NOTIFICATIONS_SCHEDULE";
  private static final String FROM_NOW = "SCHEDULER_FROM_NOW";
  private static final String TOKEN = "CONSOLE_TOKEN";
  private static final String PORT = "CONSOLE_PORT";
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
    // Whoever sees this terminal may use the console; nobody else knows the token.
    if (!ConsoleConfig.hasToken(settings)) {
      values.put(TOKEN, randomToken());
    }
    // Two demos side by side do not fight for a port.
    if (settings.text(PORT).isEmpty()) {
      values.put(PORT, "0");
    }
    return settings.with(values);
  }

  private static String randomToken() {
    byte[] bytes = new byte[24];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** The console's address; with its token in the fragment, which browsers send to nobody. */
  static String withToken(URI console, Settings settings) {
    return settings
        .text(TOKEN)
        .map(token -> console + "#token=" + URLEncoder.encode(token, StandardCharsets.UTF_8))
        .orElse(console.toString());
  }
}
