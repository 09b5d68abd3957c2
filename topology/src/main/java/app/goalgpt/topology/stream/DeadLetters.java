package app.goalgpt.topology.stream;

import app.goalgpt.messages.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.regex.Pattern;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Makes dead letters of records that cannot be used. */
final class DeadLetters {
  /** Whatever the column of the tokens is called, its value is a long run of token characters. */
  private static final Pattern TOKEN = Pattern.compile("\"[A-Za-z0-9_:\\-]{100,}\"");

  private DeadLetters() {}

  static DeadLetter of(
      String step, String cause, RecordMetadata where, String key, byte[] value, long nowMillis) {
    return new DeadLetter(
        step,
        cause,
        where.topic(),
        where.partition(),
        where.offset(),
        key,
        value == null ? null : blanked(new String(value, StandardCharsets.UTF_8)),
        Instant.ofEpochMilli(nowMillis));
  }

  private static String blanked(String value) {
    return TOKEN.matcher(value).replaceAll("\"…\"");
  }
}
