package app.goalgpt.connectors.partner;

import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.MalformedMessageException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whose days a change may have moved.
 *
 * @param transaction the id (32 bits) of the transaction that made the change; null for a row that
 *     a snapshot read
 */
record Touches(List<Touch> all, Long transaction) {
  /**
   * Days of whoever has a referral code: those from a row's beginning to its end, as it was or as
   * it is.
   */
  record Touch(String code, Days days) {}

  private static final long MICROS_PER_SECOND = 1_000_000L;

  /**
   * Reads a change of a referral or a subscription (Debezium's envelope).
   *
   * @return none when the rows have no code
   * @throws MalformedMessageException when it is no change, saying what is wrong
   */
  static Touches read(AppTable table, AppTables names, ZoneId zone, byte[] value) {
    if (value == null) {
      throw new MalformedMessageException("no value where a change belongs");
    }
    JsonNode change;
    try {
      change = Json.MAPPER.readTree(value);
    } catch (IOException e) {
      throw new MalformedMessageException("not JSON", e);
    }
    if (!change.path("before").isObject() && !change.path("after").isObject()) {
      throw new MalformedMessageException("neither before nor after is a row");
    }
    List<Touch> touches = new ArrayList<>();
    for (JsonNode row : List.of(change.path("before"), change.path("after"))) {
      String code = row.path(names.column(table, "referral_code")).textValue();
      Instant createdAt = instant(row, names.column(table, "created_at"));
      // Records from before these columns were captured do not have them: their days are closed.
      if (code == null || createdAt == null) {
        continue;
      }
      Instant end =
          table == AppTable.REFERRALS ? createdAt : instant(row, names.column(table, "expired_at"));
      touches.add(new Touch(code, Days.between(createdAt, end, zone)));
    }
    return new Touches(touches, transaction(change.path("source")));
  }

  private static Long transaction(JsonNode source) {
    boolean streamed = source.path("snapshot").asText("false").equals("false");
    return streamed && source.path("txId").isIntegralNumber()
        ? source.path("txId").longValue()
        : null;
  }

  private static Instant instant(JsonNode row, String column) {
    JsonNode node = row.path(column);
    try {
      if (node.isIntegralNumber()) {
        return Instant.ofEpochSecond(
            Math.floorDiv(node.longValue(), MICROS_PER_SECOND),
            Math.floorMod(node.longValue(), MICROS_PER_SECOND) * 1000L);
      }
      return node.isTextual() ? OffsetDateTime.parse(node.textValue()).toInstant() : null;
    } catch (DateTimeException e) {
      throw new MalformedMessageException(
          "%s is %s: allowed is a timestamp".formatted(column, node), e);
    }
  }

  /** All touches by their code. */
  static Map<String, Days> byCode(List<Touches> changes) {
    Map<String, Days> days = new HashMap<>();
    changes.forEach(
        change -> change.all().forEach(t -> days.merge(t.code(), t.days(), Days::with)));
    return days;
  }

  /** The transactions that made them. */
  static Set<Long> transactions(List<Touches> changes) {
    return changes.stream()
        .map(Touches::transaction)
        .filter(Objects::nonNull)
        .collect(Collectors.toSet());
  }
}
