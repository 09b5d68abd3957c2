package app.goalgpt.topology.customer;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The levels of SPEC's "XP and levels", lowest first. */
public enum Level {
  BRONZE,
  SILVER,
  GOLD,
  PLATINUM,
  DIAMOND,
  VIP_ELITE;

  private static final Map<String, Level> BY_NAME =
      Arrays.stream(values())
          .collect(Collectors.toUnmodifiableMap(Level::specName, level -> level));

  /** The level's name in the tables and in conditions. */
  public String specName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Level> named(String specName) {
    return Optional.ofNullable(BY_NAME.get(specName));
  }

  /** All names, for a message that says what is allowed. */
  public static String names() {
    return Arrays.stream(values()).map(Level::specName).collect(Collectors.joining(", "));
  }
}
