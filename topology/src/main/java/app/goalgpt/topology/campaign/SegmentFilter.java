package app.goalgpt.topology.campaign;

import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.MalformedMessageException;
import app.goalgpt.topology.customer.Customer;
import app.goalgpt.topology.job.BusinessMoment;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * {@code scheduled_notifications.segment_filter}: all criteria must hold (SPEC, "Campaigns"). What
 * it reads are values to compare with, never anything that is executed. Strict: what is not
 * understood might have been a restriction, and a push that was sent cannot be taken back.
 */
public final class SegmentFilter {
  /** Says how to send, not to whom: {@link CampaignOptions}. */
  static final String OPTIONS = "options";

  private static final int LONGEST = 10_000;
  private static final int MOST_VALUES = 1000;

  /** A criterion that a field without any value never meets. */
  private record Criterion(Field field, Comparison comparison, List<Comparable<?>> operands) {
    @SuppressWarnings("unchecked") // value and operands are of the field's kind
    boolean holds(Customer customer, BusinessMoment moment) {
      return field
          .of(customer, moment)
          .anyMatch(value -> comparison.holds((Comparable<Object>) value, operands));
    }
  }

  private final List<Criterion> criteria;

  private SegmentFilter(List<Criterion> criteria) {
    this.criteria = List.copyOf(criteria);
  }

  public boolean holds(Customer customer, BusinessMoment moment) {
    return criteria.stream().allMatch(criterion -> criterion.holds(customer, moment));
  }

  /** The tables whose rows decide. */
  Set<AppTable> asks() {
    return criteria.stream()
        .map(criterion -> criterion.field().table())
        .collect(Collectors.toSet());
  }

  /**
   * @param json the column's text, null when it is empty
   * @throws MalformedMessageException naming the field, what it is and what is allowed
   */
  public static SegmentFilter read(String json) {
    JsonNode filter = tree(json);
    List<Criterion> criteria = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : filter.properties()) {
      if (!entry.getKey().equals(OPTIONS)) {
        criteria(Field.named(entry.getKey()), entry.getValue(), criteria);
      }
    }
    if (criteria.isEmpty()) {
      throw new MalformedMessageException(
          "segment_filter has only options: allowed is a JSON object with at least one field"
              + " besides (everybody is the audience all)");
    }
    return new SegmentFilter(criteria);
  }

  private static void criteria(Field field, JsonNode asked, List<Criterion> criteria) {
    if (asked.isArray()) {
      criteria.add(new Criterion(field, Comparison.IN, operands(field, field.specName(), asked)));
    } else if (!asked.isObject()) {
      criteria.add(
          new Criterion(field, Comparison.EQ, List.of(operand(field, field.specName(), asked))));
    } else if (asked.isEmpty()) {
      throw bad(field.specName(), asked, comparisons(field));
    } else {
      for (Map.Entry<String, JsonNode> entry : asked.properties()) {
        criteria.add(comparison(field, entry.getKey(), entry.getValue()));
      }
    }
  }

  private static Criterion comparison(Field field, String operator, JsonNode asked) {
    String name = field.specName() + "." + shown(operator);
    Comparison comparison =
        Comparison.named(operator)
            .filter(found -> found.appliesTo(field.kind()))
            .orElseThrow(
                () ->
                    new MalformedMessageException(
                        "segment_filter.%s is no comparison: allowed are %s"
                            .formatted(name, Comparison.namesFor(field.kind()))));
    return new Criterion(
        field,
        comparison,
        comparison == Comparison.IN
            ? operands(field, name, asked)
            : List.of(operand(field, name, asked)));
  }

  private static List<Comparable<?>> operands(Field field, String name, JsonNode asked) {
    if (!asked.isArray() || asked.isEmpty() || asked.size() > MOST_VALUES) {
      throw bad(name, asked, "a list of 1 to " + MOST_VALUES + " values");
    }
    List<Comparable<?>> operands = new ArrayList<>();
    asked.forEach(node -> operands.add(operand(field, name, node)));
    return operands;
  }

  private static Comparable<?> operand(Field field, String name, JsonNode asked) {
    return field.kind().read(asked).orElseThrow(() -> bad(name, asked, field.kind().allowed()));
  }

  private static String comparisons(Field field) {
    return "an object with " + Comparison.namesFor(field.kind());
  }

  private static JsonNode tree(String json) {
    if (json == null) {
      throw new MalformedMessageException(
          "segment_filter is missing: allowed is a JSON object with at least one field");
    }
    if (json.length() > LONGEST) {
      throw new MalformedMessageException(
          "segment_filter has %d characters: allowed are %d".formatted(json.length(), LONGEST));
    }
    try {
      JsonNode tree = Json.MAPPER.readTree(json);
      if (tree != null && tree.isObject() && !tree.isEmpty()) {
        return tree;
      }
    } catch (JsonProcessingException e) {
      throw new MalformedMessageException(
          "segment_filter is not JSON that is read here (%s): %s"
              .formatted(e.getOriginalMessage(), shown(json)),
          e);
    }
    throw new MalformedMessageException(
        "segment_filter is %s: allowed is a JSON object with at least one field"
            .formatted(shown(json)));
  }

  private static MalformedMessageException bad(String name, JsonNode node, String allowed) {
    return new MalformedMessageException(
        "segment_filter.%s is %s: allowed is %s".formatted(name, shown(node.toString()), allowed));
  }

  /** Short enough for a message, on one line. */
  static String shown(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() > 100 ? line.substring(0, 100) + "…" : line;
  }
}
