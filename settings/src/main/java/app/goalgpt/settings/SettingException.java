package app.goalgpt.settings;

/** A setting that cannot be used: the message names the setting, its value and what is allowed. */
public final class SettingException extends RuntimeException {
  public SettingException(String name, String value, String allowed) {
    super("%s=%s: allowed is %s".formatted(name, value == null ? "(not set)" : value, allowed));
  }
}
