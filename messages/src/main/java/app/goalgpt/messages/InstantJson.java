package app.goalgpt.messages;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import com.fasterxml.jackson.datatype.jsr310.deser.InstantDeserializer;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;

/**
 * Instants as {@link Instant#toString} writes them, read and written without a formatter, which
 * costs more than the rest of a record. What does not look so is left to Jackson's own module.
 */
final class InstantJson {
  private static final int SECONDS_END = "0000-00-00T00:00:00".length();
  private static final int LONGEST = SECONDS_END + ".000000000Z".length();
  private static final String SHAPE = "____-__-__T__:__:__";

  /** From year 0 to 9999: what has four digits. */
  private static final long FIRST = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();

  private static final long LAST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

  private InstantJson() {}

  static SimpleModule module() {
    return new SimpleModule("instants")
        .addSerializer(new Writer())
        .addDeserializer(Instant.class, new Reader());
  }

  private static final class Writer extends StdScalarSerializer<Instant> {
    private static final long serialVersionUID = 1;

    Writer() {
      super(Instant.class);
    }

    @Override
    public void serialize(Instant value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeString(write(value));
    }
  }

  private static final class Reader extends StdScalarDeserializer<Instant> {
    private static final long serialVersionUID = 1;

    Reader() {
      super(Instant.class);
    }

    @Override
    public Instant deserialize(JsonParser json, DeserializationContext context) throws IOException {
      Instant value = read(json.getText());
      return value != null ? value : InstantDeserializer.INSTANT.deserialize(json, context);
    }
  }

  static String write(Instant value) {
    long second = value.getEpochSecond();
    if (second < FIRST || second > LAST) {
      return value.toString();
    }
    int nanos = value.getNano();
    LocalDateTime time = LocalDateTime.ofEpochSecond(second, nanos, ZoneOffset.UTC);
    char[] text = new char[LONGEST];
    digits(text, 0, 4, time.getYear());
    text[4] = '-';
    digits(text, 5, 2, time.getMonthValue());
    text[7] = '-';
    digits(text, 8, 2, time.getDayOfMonth());
    text[10] = 'T';
    digits(text, 11, 2, time.getHour());
    text[13] = ':';
    digits(text, 14, 2, time.getMinute());
    text[16] = ':';
    digits(text, 17, 2, time.getSecond());
    int end = SECONDS_END;
    if (nanos != 0) {
      int places = nanos % 1_000_000 == 0 ? 3 : nanos % 1_000 == 0 ? 6 : 9;
      text[end] = '.';
      digits(text, end + 1, 9, nanos);
      end += 1 + places;
    }
    text[end] = 'Z';
    return new String(text, 0, end + 1);
  }

  private static void digits(char[] text, int at, int count, int number) {
    for (int i = at + count - 1; i >= at; i--) {
      text[i] = (char) ('0' + number % 10);
      number /= 10;
    }
  }

  /** Null when the text does not look as {@link #write} writes. */
  static Instant read(String text) {
    int last = text == null ? 0 : text.length() - 1;
    if (last < SECONDS_END || last >= LONGEST || text.charAt(last) != 'Z' || !hasShape(text)) {
      return null;
    }
    int nanos = last == SECONDS_END ? 0 : fraction(text, last);
    int month = number(text, 5, 7);
    int day = number(text, 8, 10);
    int hour = number(text, 11, 13);
    int minute = number(text, 14, 16);
    int second = number(text, 17, 19);
    if (nanos < 0
        || month < 1
        || month > 12
        || day < 1
        || hour > 23
        || minute > 59
        || second > 59) {
      return null;
    }
    YearMonth of = YearMonth.of(number(text, 0, 4), month);
    if (!of.isValidDay(day)) {
      return null;
    }
    long days = of.atDay(day).toEpochDay();
    return Instant.ofEpochSecond(((days * 24 + hour) * 60 + minute) * 60 + second, nanos);
  }

  private static boolean hasShape(String text) {
    for (int i = 0; i < SECONDS_END; i++) {
      char shape = SHAPE.charAt(i);
      if (shape == '_' ? !isDigit(text.charAt(i)) : text.charAt(i) != shape) {
        return false;
      }
    }
    return true;
  }

  /** Nanoseconds; -1 when it is no fraction. */
  private static int fraction(String text, int end) {
    int first = SECONDS_END + 1;
    if (text.charAt(SECONDS_END) != '.' || first == end) {
      return -1;
    }
    int nanos = 0;
    for (int i = first; i < first + 9; i++) {
      if (i < end && !isDigit(text.charAt(i))) {
        return -1;
      }
      nanos = nanos * 10 + (i < end ? text.charAt(i) - '0' : 0);
    }
    return nanos;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static int number(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      number = number * 10 + text.charAt(i) - '0';
    }
    return number;
  }
}
