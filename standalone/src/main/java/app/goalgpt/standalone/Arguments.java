package app.goalgpt.standalone;

import app.goalgpt.settings.SettingException;
import java.util.UUID;

/** Arguments of commands, read or refused in one line. */
final class Arguments {
  private Arguments() {}

  /**
   * @param name as the command's help has it
   * @param allowed what it should have been, for the message
   * @throws SettingException when it is none
   */
  static UUID uuid(String name, String text, String allowed) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new SettingException(name, text, allowed);
    }
  }
}
