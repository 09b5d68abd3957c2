package app.goalgpt.topology.change;

import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.MalformedMessageException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;

/**
 * One row-level change, as Debezium's envelope reports it.
 *
 * @param row the row after the change; for a deletion, as it was before
 * @param committedAt when the transaction committed (for a snapshot: when the row was read)
 */
public record Change(AppTable table, Version version, Row row, Instant committedAt) {

  /**
   * Reads an envelope (JSON without schemas).
   *
   * @throws MalformedMessageException when it is none, saying what is wrong
   */
  public static Change read(AppTable table, AppTables names, byte[] value) {
    JsonNode envelope = tree(value);
    JsonNode source = envelope.path("source");
    JsonNode lsn = source.path("lsn");
    if (!lsn.isIntegralNumber() || !lsn.canConvertToLong() || lsn.longValue() <= 0) {
      throw new MalformedMessageException(
          "source.lsn is %s: allowed is a positive number".formatted(shown(lsn)));
    }
    String op = envelope.path("op").asText();
    boolean deleted =
        switch (op) {
          case "c", "u", "r" -> false;
          case "d" -> true;
          default ->
              throw new MalformedMessageException(
                  "op is %s: allowed is c, u, r or d".formatted(shown(envelope.path("op"))));
        };
    JsonNode columns = envelope.path(deleted ? "before" : "after");
    if (!columns.isObject()) {
      throw new MalformedMessageException(
          "%s is %s: allowed is a row%s"
              .formatted(
                  deleted ? "before" : "after",
                  shown(columns),
                  deleted ? " (does the table have REPLICA IDENTITY FULL?)" : ""));
    }
    Version version = new Version(lsn.longValue(), op.equals("r"), !deleted);
    return new Change(table, version, new Row(table, names, columns), committedAt(source));
  }

  private static JsonNode tree(byte[] value) {
    if (value == null) {
      throw new MalformedMessageException("no value where a change belongs");
    }
    try {
      JsonNode tree = Json.MAPPER.readTree(value);
      if (tree != null && tree.isObject()) {
        return tree;
      }
    } catch (IOException e) {
      throw new MalformedMessageException("not JSON", e);
    }
    throw new MalformedMessageException("not a JSON object where a change belongs");
  }

  private static Instant committedAt(JsonNode source) {
    JsonNode micros = source.path("ts_us");
    if (micros.isIntegralNumber()) {
      return Micros.instant(micros.longValue());
    }
    JsonNode millis = source.path("ts_ms");
    if (millis.isIntegralNumber()) {
      return Instant.ofEpochMilli(millis.longValue());
    }
    throw new MalformedMessageException("source has neither ts_us nor ts_ms");
  }

  private static String shown(JsonNode node) {
    String text = node.isMissingNode() ? "missing" : node.toString();
    return text.length() > 100 ? text.substring(0, 100) + "…" : text;
  }
}
