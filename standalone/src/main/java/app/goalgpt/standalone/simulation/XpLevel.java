package app.goalgpt.standalone.simulation;

import java.util.Locale;
import java.util.function.Function;

/** The app's levels: points from which each begins, and the credits for reaching it. */
enum XpLevel {
  BRONZE(0, 0),
  SILVER(500, 25),
  GOLD(2_000, 50),
  PLATINUM(5_000, 100),
  DIAMOND(10_000, 250),
  VIP_ELITE(25_000, 500);

  final int from;
  final int credits;

  XpLevel(int from, int credits) {
    this.from = from;
    this.credits = credits;
  }

  static XpLevel of(int points) {
    XpLevel level = BRONZE;
    for (XpLevel candidate : values()) {
      if (points >= candidate.from) {
        level = candidate;
      }
    }
    return level;
  }

  String sqlName() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean isTop() {
    return ordinal() == values().length - 1;
  }

  XpLevel next() {
    return values()[ordinal() + 1];
  }

  /** SQL: what {@code value} says of the level in which {@code points} lies. */
  static String byPoints(String points, Function<XpLevel, String> value) {
    StringBuilder sql = new StringBuilder("CASE");
    for (int i = values().length - 1; i > 0; i--) {
      sql.append(
          " WHEN %s >= %d THEN %s".formatted(points, values()[i].from, value.apply(values()[i])));
    }
    return sql.append(" ELSE ").append(value.apply(BRONZE)).append(" END").toString();
  }

  /** SQL: what the levels above {@code before} and up to {@code after} come to. */
  static String passed(String before, String after, Function<XpLevel, String> worth) {
    StringBuilder sql = new StringBuilder("(0");
    for (XpLevel level : values()) {
      if (level != BRONZE) {
        sql.append(
            " + CASE WHEN %s < %d AND %s >= %d THEN %s ELSE 0 END"
                .formatted(before, level.from, after, level.from, worth.apply(level)));
      }
    }
    return sql.append(")").toString();
  }
}
