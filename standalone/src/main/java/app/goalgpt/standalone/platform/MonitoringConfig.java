package app.goalgpt.standalone.platform;

import app.goalgpt.settings.SettingException;
import app.goalgpt.settings.Settings;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a process can be asked how it is.
 *
 * @param address where to listen; port 0 is any free one; none for nowhere
 */
public record MonitoringConfig(Optional<InetSocketAddress> address) {
  private static final String ALLOWED =
      "host:port (port 0: any free one), such as 127.0.0.1:9464, or off";
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("\\[?([^\\[\\]\\s/]+?)]?:(\\d{1,5})");
  private static final int HIGHEST_PORT = 65_535;

  /** Reads METRICS_ADDRESS (127.0.0.1:0). */
  public static MonitoringConfig from(Settings settings) {
    String text = settings.text("METRICS_ADDRESS", "127.0.0.1:0");
    return text.equalsIgnoreCase("off")
        ? new MonitoringConfig(Optional.empty())
        : new MonitoringConfig(Optional.of(address("METRICS_ADDRESS", text)));
  }

  /**
   * Where to listen, from host:port.
   *
   * @param setting named by the complaint
   */
  public static InetSocketAddress address(String setting, String text) {
    Matcher matcher = HOST_AND_PORT.matcher(text);
    if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > HIGHEST_PORT) {
      throw new SettingException(setting, text, ALLOWED);
    }
    InetSocketAddress address =
        new InetSocketAddress(matcher.group(1), Integer.parseInt(matcher.group(2)));
    if (address.isUnresolved()) {
      throw new SettingException(setting, text, ALLOWED + "; the host is not known");
    }
    return address;
  }
}
