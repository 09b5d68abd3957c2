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

/**
 * Days of whoever has a referral code, whose numbers a change may have moved: those from a row's
 * beginning to its end, as it was and as it is.
 */
record Touch(String code, Days days) {
  private static final long MICROS_PER_SECOND = 1_000_000L;

  /**
   * Reads a change of a referral or a subscription (Debezium's envelope).
   *
   * @return empty when the rows have no code
   * @throws MalformedMessageException when it is no change, saying what is wrong
   */
  static List<Touch> read(AppTable table, AppTables names, ZoneId zone, byte[] value) {
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
    return touches;
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
  static Map<String, Days> byCode(List<List<Touch>> touches) {
    Map<String, Days> days = new HashMap<>();
    touches.forEach(
        list -> list.forEach(touch -> days.merge(touch.code(), touch.days(), Days::with)));
    return days;
  }
}
