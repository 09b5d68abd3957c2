package app.goalgpt.topology.badge;

import app.goalgpt.messages.Json;
import app.goalgpt.messages.MalformedMessageException;
import app.goalgpt.topology.customer.Level;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads {@code badges.unlock_condition}. Strict: an unknown type, a missing or senseless number, or
 * a field that means nothing here makes a bad rule, since what is not understood might have been a
 * restriction.
 */
public final class ConditionReader {
  private static final long LARGEST = 1_000_000_000_000L;
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
  private static final String TYPES =
      "referrals, predictions, comments, login_streak, xp_level, credits_earned, manual";

  private ConditionReader() {}

  /**
   * @throws MalformedMessageException saying what is wrong and what is allowed
   */
  public static Condition read(String json) {
    return read(tree(json));
  }

  private static Condition read(JsonNode condition) {
    String type = condition.path("type").asText("");
    return switch (type) {
      case "referrals" -> referrals(condition);
      case "predictions" -> predictions(condition);
      case "comments" -> comments(condition);
      case "login_streak" ->
          new Condition.LoginStreak(number(only(condition, "days"), "days", LARGEST));
      case "xp_level" -> new Condition.XpLevel(level(only(condition, "level")));
      case "credits_earned" ->
          new Condition.CreditsEarned(number(only(condition, "amount"), "amount", LARGEST));
      case "manual" -> {
        only(condition);
        yield new Condition.Manual();
      }
      default -> throw bad("type", condition, "one of " + TYPES);
    };
  }

  private static Condition referrals(JsonNode condition) {
    int minTier = 1;
    if (condition.has("min_tier")) {
      only(condition, "count", "min_tier");
      minTier = (int) number(condition, "min_tier", 3);
    } else {
      only(condition, "count");
    }
    return new Condition.Referrals(number(condition, "count", LARGEST), minTier);
  }

  private static Condition predictions(JsonNode condition) {
    if (condition.has("correct_count")) {
      return new Condition.PredictionsWon(
          number(only(condition, "correct_count"), "correct_count", LARGEST));
    }
    only(condition, "accuracy", "min_count");
    return new Condition.PredictionAccuracy(
        percent(condition), number(condition, "min_count", LARGEST));
  }

  private static Condition comments(JsonNode condition) {
    if (condition.has("like_count")) {
      return new Condition.CommentLikes(
          number(only(condition, "like_count"), "like_count", LARGEST));
    }
    return new Condition.Comments(number(only(condition, "count"), "count", LARGEST));
  }

  private static long number(JsonNode condition, String field, long most) {
    JsonNode node = condition.path(field);
    if (node.isIntegralNumber()
        && node.canConvertToLong()
        && node.longValue() >= 1
        && node.longValue() <= most) {
      return node.longValue();
    }
    throw bad(field, condition, "a whole number from 1 to " + most);
  }

  private static BigDecimal percent(JsonNode condition) {
    JsonNode node = condition.path("accuracy");
    if (node.isNumber()
        && node.decimalValue().signum() > 0
        && node.decimalValue().compareTo(HUNDRED) <= 0) {
      return node.decimalValue();
    }
    throw bad("accuracy", condition, "a percentage above 0 and up to 100");
  }

  private static Level level(JsonNode condition) {
    return Level.named(condition.path("level").asText(""))
        .orElseThrow(() -> bad("level", condition, "one of " + Level.names()));
  }

  /** The condition, when it has no fields but its type and these. */
  private static JsonNode only(JsonNode condition, String... fields) {
    Set<String> unknown = new TreeSet<>();
    condition.fieldNames().forEachRemaining(unknown::add);
    unknown.remove("type");
    for (String field : fields) {
      unknown.remove(field);
    }
    if (!unknown.isEmpty()) {
      throw bad(unknown.iterator().next(), condition, "only type, " + String.join(", ", fields));
    }
    return condition;
  }

  private static JsonNode tree(String json) {
    try {
      JsonNode tree = Json.MAPPER.readTree(json);
      if (tree != null && tree.isObject()) {
        return tree;
      }
    } catch (JsonProcessingException e) {
      throw new MalformedMessageException("unlock_condition is not JSON: " + shown(json), e);
    }
    throw new MalformedMessageException(
        "unlock_condition is %s: allowed is a JSON object".formatted(shown(json)));
  }

  private static MalformedMessageException bad(String field, JsonNode condition, String allowed) {
    JsonNode node = condition.path(field);
    return new MalformedMessageException(
        "unlock_condition.%s is %s: allowed is %s"
            .formatted(field, node.isMissingNode() ? "missing" : shown(node.toString()), allowed));
  }

  private static String shown(String text) {
    return text.length() > 200 ? text.substring(0, 200) + "…" : text;
  }
}
