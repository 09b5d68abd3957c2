package app.goalgpt.topology.customer;

import java.util.Arrays;
import java.util.Locale;
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

  private static final Level[] VALUES = values();

  /** The level's name in the tables and in conditions. */
  public String specName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Level> named(String specName) {
    return Arrays.stream(VALUES).filter(level -> level.specName().equals(specName)).findFirst();
  }

  /** All names, for a message that says what is allowed. */
  public static String names() {
    return Arrays.stream(VALUES).map(Level::specName).collect(Collectors.joining(", "));
  }
}
