package app.goalgpt.topology.change;

import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.MalformedMessageException;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;

/**
 * One version of a row, read column by column by SPEC's names. Every getter throws {@link
 * MalformedMessageException} naming table, column, value and what is allowed.
 */
public final class Row {
  /** Milliseconds of the year 5138: a larger number of a timestamp counts microseconds. */
  private static final long LARGEST_MILLIS = 100_000_000_000_000L;

  private final AppTable table;
  private final AppTables names;
  private final JsonNode columns;

  Row(AppTable table, AppTables names, JsonNode columns) {
    this.table = table;
    this.names = names;
    this.columns = columns;
  }

  public UUID uuid(String column) {
    return optionalUuid(column).orElseThrow(() -> malformed(column, "a uuid"));
  }

  public Optional<UUID> optionalUuid(String column) {
    JsonNode node = node(column);
    if (node.isNull()) {
      return Optional.empty();
    }
    try {
      return Optional.of(UUID.fromString(node.asText()));
    } catch (IllegalArgumentException e) {
      throw malformed(column, "a uuid");
    }
  }

  public String text(String column) {
    return optionalText(column).orElseThrow(() -> malformed(column, "a text"));
  }

  /**
   * A text that is never shown.
   *
   * @param most the most characters that it may have
   */
  public String secret(String column, int most) {
    String text = text(column);
    if (text.length() > most) {
      throw new MalformedMessageException(
          "%s.%s has %d characters: allowed are at most %d"
              .formatted(names.table(table), names.column(table, column), text.length(), most));
    }
    return text;
  }

  public Optional<String> optionalText(String column) {
    JsonNode node = node(column);
    if (node.isNull()) {
      return Optional.empty();
    }
    if (!node.isTextual()) {
      throw malformed(column, "a text");
    }
    return Optional.of(node.textValue());
  }

  /** A whole number that fits a bigint. */
  public long number(String column) {
    JsonNode node = node(column);
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw malformed(column, "a whole number");
    }
    return node.longValue();
  }

  /** Empty for null, and in a change from before the column was captured. */
  public Optional<Long> optionalNumber(String column) {
    JsonNode node = columns.path(names.column(table, column));
    return node.isNull() || node.isMissingNode() ? Optional.empty() : Optional.of(number(column));
  }

  /** A whole number from 0 to the largest int: a count, an amount. */
  public int count(String column) {
    long number = number(column);
    if (number < 0 || number > Integer.MAX_VALUE) {
      throw malformed(column, "a whole number from 0 to " + Integer.MAX_VALUE);
    }
    return (int) number;
  }

  public boolean flag(String column) {
    JsonNode node = node(column);
    if (!node.isBoolean()) {
      throw malformed(column, "true or false");
    }
    return node.booleanValue();
  }

  public boolean isNull(String column) {
    return node(column).isNull();
  }

  /**
   * A timestamp, as ISO-8601 text or as micro- or milliseconds since 1970 (Debezium's forms).
   * Postgres's {@code infinity} is no timestamp: what ends then has no end.
   */
  public Optional<Instant> instant(String column) {
    JsonNode node = node(column);
    if (node.isNull() || node.asText().equals("infinity")) {
      return Optional.empty();
    }
    try {
      if (node.isIntegralNumber()) {
        long number = node.longValue();
        return Optional.of(
            Math.abs(number) > LARGEST_MILLIS
                ? Micros.instant(number)
                : Instant.ofEpochMilli(number));
      }
      return Optional.of(OffsetDateTime.parse(node.asText()).toInstant());
    } catch (DateTimeException | ArithmeticException e) {
      throw malformed(column, "a timestamp");
    }
  }

  /** The same; empty too in a change from before the column was captured. */
  public Optional<Instant> optionalInstant(String column) {
    return columns.has(names.column(table, column)) ? instant(column) : Optional.empty();
  }

  /** A date, as ISO-8601 text or as days since 1970 (Debezium's form). */
  public Optional<LocalDate> date(String column) {
    JsonNode node = node(column);
    if (node.isNull()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          node.isIntegralNumber()
              ? LocalDate.ofEpochDay(node.longValue())
              : LocalDate.parse(node.asText()));
    } catch (DateTimeException e) {
      throw malformed(column, "a date");
    }
  }

  public MalformedMessageException malformed(String column, String allowed) {
    JsonNode node = columns.path(names.column(table, column));
    String found = node.isMissingNode() ? "missing" : node.toString();
    return new MalformedMessageException(
        "%s.%s is %s: allowed is %s"
            .formatted(
                names.table(table),
                names.column(table, column),
                found.length() > 100 ? found.substring(0, 100) + "…" : found,
                allowed));
  }

  private JsonNode node(String column) {
    JsonNode node = columns.get(names.column(table, column));
    if (node == null) {
      throw malformed(column, "a column of that name in the change");
    }
    return node;
  }
}
