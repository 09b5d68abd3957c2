package app.goalgpt.console.letter;

import java.util.regex.Pattern;

/** Push tokens in texts that people see: by the names of their fields, and by their looks. */
public final class Secrets {
  private static final Pattern FIELD =
      Pattern.compile(
          "(\\\\?\"(?:token|fid|fcm_token|[a-z_]*token|secret)\\\\?\"\\s*:\\s*\\\\?\")[^\"\\\\]*",
          Pattern.CASE_INSENSITIVE);

  /** Whatever the column of the tokens is called, its value is a long run of token characters. */
  private static final Pattern LOOKS = Pattern.compile("[A-Za-z0-9_:\\-]{100,}");

  private Secrets() {}

  /** The text without what may be a token; null stays null. */
  public static String blanked(String text) {
    return text == null
        ? null
        : LOOKS.matcher(FIELD.matcher(text).replaceAll("$1…")).replaceAll("…");
  }
}
