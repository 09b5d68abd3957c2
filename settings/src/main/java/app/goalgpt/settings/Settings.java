package app.goalgpt.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Named values with their defaults at the place of use. Only a {@code main} fills it from the
 * environment. A wrong value throws {@link SettingException}, whose message is the one line that a
 * refused start prints. Values of secrets are never part of a message.
 */
public final class Settings {
  private static final Pattern SHORT_DURATION = Pattern.compile("(\\d+)\\s*(ms|s|m|h|d)");
  private final Map<String, String> values;

  private Settings(Map<String, String> values) {
    this.values = Map.copyOf(values);
  }

  public static Settings of(Map<String, String> values) {
    return new Settings(values);
  }

  /** These settings with others laid over them. */
  public Settings with(Map<String, String> overrides) {
    Map<String, String> merged = new TreeMap<>(values);
    merged.putAll(overrides);
    return new Settings(merged);
  }

  /** Every value whose name starts with the prefix, by the rest of the name. */
  public Map<String, String> startingWith(String prefix) {
    Map<String, String> found = new TreeMap<>();
    values.forEach(
        (name, value) -> {
          if (name.startsWith(prefix) && name.length() > prefix.length()) {
            found.put(name.substring(prefix.length()), value);
          }
        });
    return found;
  }

  /** The value, unless it is absent or blank. */
  public Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name)).map(String::strip).filter(v -> !v.isEmpty());
  }

  public String text(String name, String otherwise) {
    return text(name).orElse(otherwise);
  }

  /** A value that must be there; {@code allowed} says in words what it is. */
  public String required(String name, String allowed) {
    return text(name).orElseThrow(() -> new SettingException(name, null, allowed));
  }

  /** A value that must fit the pattern; {@code allowed} says the pattern in words. */
  public String matching(String name, String otherwise, Pattern pattern, String allowed) {
    String value = text(name, otherwise);
    if (!pattern.matcher(value).matches()) {
      throw new SettingException(name, value, allowed);
    }
    return value;
  }

  public int integer(String name, int otherwise, int least, int most) {
    String allowed = "a whole number from %d to %d".formatted(least, most);
    Optional<String> value = text(name);
    if (value.isEmpty()) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(value.get());
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new SettingException(name, value.get(), allowed);
    }
    throw new SettingException(name, value.get(), allowed);
  }

  public boolean flag(String name, boolean otherwise) {
    return text(name)
        .map(
            value ->
                switch (value.toLowerCase(Locale.ROOT)) {
                  case "true" -> true;
                  case "false" -> false;
                  default -> throw new SettingException(name, value, "true or false");
                })
        .orElse(otherwise);
  }

  /** A duration as {@code 250ms}, {@code 10s}, {@code 5m}, {@code 2h}, {@code 3d} or ISO-8601. */
  public Duration duration(String name, Duration otherwise, Duration least, Duration most) {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return otherwise;
    }
    String allowed = "a duration such as 250ms, 10s or 5m, from %s to %s".formatted(least, most);
    Duration value = parse(name, text.get(), allowed);
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new SettingException(name, text.get(), allowed);
    }
    return value;
  }

  private static Duration parse(String name, String text, String allowed) {
    var shortForm = SHORT_DURATION.matcher(text);
    try {
      if (!shortForm.matches()) {
        return Duration.parse(text);
      }
      long amount = Long.parseLong(shortForm.group(1));
      return switch (shortForm.group(2)) {
        case "ms" -> Duration.ofMillis(amount);
        case "s" -> Duration.ofSeconds(amount);
        case "m" -> Duration.ofMinutes(amount);
        case "h" -> Duration.ofHours(amount);
        default -> Duration.ofDays(amount);
      };
    } catch (DateTimeParseException | NumberFormatException | ArithmeticException e) {
      throw new SettingException(name, text, allowed);
    }
  }

  public Path path(String name, Path otherwise) {
    return text(name).map(Path::of).orElse(otherwise);
  }

  /** One of an enum's names, in any case. */
  public <E extends Enum<E>> E oneOf(String name, E otherwise, Class<E> type) {
    return text(name)
        .map(
            value ->
                Arrays.stream(type.getEnumConstants())
                    .filter(constant -> constant.name().equalsIgnoreCase(value))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            new SettingException(
                                name,
                                value,
                                "one of "
                                    + Arrays.toString(type.getEnumConstants())
                                        .toLowerCase(Locale.ROOT))))
        .orElse(otherwise);
  }
}
