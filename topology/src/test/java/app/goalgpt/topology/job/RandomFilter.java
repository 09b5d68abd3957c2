package app.goalgpt.topology.job;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * A segment filter, and what it means in SQL over the test's table {@code segments}.
 *
 * @param sql a condition
 */
record RandomFilter(String json, String sql) {
  private static final List<String> LEVELS =
      List.of("bronze", "silver", "gold", "platinum", "diamond", "vip_elite");
  private static final Map<String, Integer> NUMBERS =
      Map.of(
          "xp_points", 30000,
          "current_streak_days", 7,
          "referral_count", 3,
          "comment_count", 5,
          "badge_count", 5,
          "credits_balance", 100,
          "days_since_activity", 5);
  private static final Map<String, List<String>> NAMES =
      Map.of(
          "platform", List.of("ios", "android", "web", "none"),
          "locale", List.of("tr", "en", "en-US", "de"));
  private static final Map<String, String> OPERATORS =
      Map.of("gte", ">=", "gt", ">", "lte", "<=", "lt", "<", "eq", "=", "ne", "<>");
  private static final List<String> FIELDS =
      List.of(
          "xp_level",
          "xp_points",
          "current_streak_days",
          "referral_count",
          "comment_count",
          "badge_count",
          "credits_balance",
          "is_vip",
          "platform",
          "locale",
          "days_since_activity");

  /** One to three fields. */
  static RandomFilter of(Random random) {
    List<String> fields = new ArrayList<>(FIELDS);
    Collections.shuffle(fields, random);
    List<RandomFilter> parts =
        fields.subList(0, 1 + random.nextInt(3)).stream()
            .map(field -> field(field, random))
            .toList();
    return new RandomFilter(
        parts.stream().map(RandomFilter::json).collect(Collectors.joining(", ", "{", "}")),
        parts.stream().map(RandomFilter::sql).collect(Collectors.joining(" AND ", "", "")));
  }

  private static RandomFilter field(String field, Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> {
        String value = value(field, random);
        yield new RandomFilter(
            "\"%s\": %s".formatted(field, value), compared(field, "=", literal(field, value)));
      }
      case 1 -> {
        List<String> values = values(field, random);
        yield new RandomFilter("\"%s\": %s".formatted(field, values), in(field, values));
      }
      case 2 -> {
        List<String> values = values(field, random);
        yield new RandomFilter("\"%s\": {\"in\": %s}".formatted(field, values), in(field, values));
      }
      default -> comparisons(field, random);
    };
  }

  /** One or two, both of which must hold. */
  private static RandomFilter comparisons(String field, Random random) {
    List<String> operators =
        new ArrayList<>(isOrdered(field) ? OPERATORS.keySet() : List.of("eq", "ne"));
    Collections.sort(operators);
    Collections.shuffle(operators, random);
    List<String> json = new ArrayList<>();
    List<String> sql = new ArrayList<>();
    for (String operator : operators.subList(0, 1 + random.nextInt(2))) {
      String value = value(field, random);
      json.add("\"%s\": %s".formatted(operator, value));
      sql.add(compared(field, OPERATORS.get(operator), literal(field, value)));
    }
    return new RandomFilter(
        "\"%s\": {%s}".formatted(field, String.join(", ", json)), String.join(" AND ", sql));
  }

  private static boolean isOrdered(String field) {
    return NUMBERS.containsKey(field) || field.equals("xp_level");
  }

  private static List<String> values(String field, Random random) {
    List<String> values = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      values.add(value(field, random));
    }
    return values;
  }

  /** As JSON. */
  private static String value(String field, Random random) {
    if (NUMBERS.containsKey(field)) {
      return Integer.toString(random.nextInt(NUMBERS.get(field) + 1));
    }
    if (field.equals("is_vip")) {
      return Boolean.toString(random.nextBoolean());
    }
    List<String> values = field.equals("xp_level") ? LEVELS : NAMES.get(field);
    return '"' + values.get(random.nextInt(values.size())) + '"';
  }

  private static String literal(String field, String json) {
    if (field.equals("xp_level")) {
      return Integer.toString(LEVELS.indexOf(json.substring(1, json.length() - 1)));
    }
    return json.replace('"', '\'');
  }

  private static String in(String field, List<String> values) {
    return compared(
        field,
        "IN",
        values.stream()
            .map(value -> literal(field, value))
            .collect(Collectors.joining(", ", "(", ")")));
  }

  private static String compared(String field, String operator, String operand) {
    return field.equals("platform")
        ? "EXISTS (SELECT FROM customer_push_tokens t WHERE t.customer_user_id = s.id AND t.is_active AND t.platform %s %s)"
            .formatted(operator, operand)
        : "s.%s %s %s".formatted(field, operator, operand);
  }
}
