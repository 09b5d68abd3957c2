package app.goalgpt.notifier;

import app.goalgpt.messages.Push;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A push as FCM's message (HTTP v1, {@code projects.messages:send}): SPEC, "Pushes", and the seeds'
 * structure.
 */
final class PushMessage {
  /** FCM's limit for notification and data together, in bytes of UTF-8. */
  static final int MOST_BYTES = 4096;

  private static final Duration LONGEST_TTL = Duration.ofDays(28);
  private static final String DEEP_LINK = "deepLink";
  private static final JsonStringEncoder QUOTES = JsonStringEncoder.getInstance();

  private static final byte[] MESSAGE = utf8("{\"message\":{");
  private static final byte[] NOTIFICATION = utf8(",\"notification\":{");
  private static final byte[] DATA = utf8("},\"data\":{");
  private static final byte[] ANDROID = utf8("},\"android\":{\"priority\":\"high\"");
  private static final byte[] APNS =
      utf8(
          ",\"notification\":{\"sound\":\"default\",\"channel_id\":\"default\"}},"
              + "\"apns\":{\"headers\":{");
  private static final byte[] PAYLOAD =
      utf8("},\"payload\":{\"aps\":{\"sound\":\"default\",\"badge\":1}}}}");
  private static final byte[] END = utf8("}");
  private static final byte[] VALIDATE_ONLY = utf8(",\"validate_only\":true}");

  private PushMessage() {}

  /**
   * The request's body. Written by hand: making a generator costs as much as all of it.
   *
   * @param validateOnly whether FCM is to look at it only
   */
  static byte[] json(Push push, Push.Address address, boolean validateOnly, Instant now) {
    Body json = new Body();
    json.add(MESSAGE);
    json.text(address instanceof Push.InstallationId ? "fid" : "token", address.secret());
    json.add(NOTIFICATION);
    json.text("title", push.title());
    json.text("body", push.body());
    json.text("image", push.imageUrl());
    json.add(DATA);
    for (Map.Entry<String, String> field : push.data().entrySet()) {
      if (!field.getKey().equals(DEEP_LINK)) {
        json.text(field.getKey(), field.getValue());
      }
    }
    json.text(DEEP_LINK, deepLink(push));
    json.add(ANDROID);
    json.text("collapse_key", push.id().toString());
    json.text("ttl", seconds(ttl(push, now)));
    json.add(APNS);
    json.text("apns-collapse-id", push.id().toString());
    json.text("apns-expiration", Long.toString(push.deadline().getEpochSecond()));
    json.add(PAYLOAD);
    json.add(validateOnly ? VALIDATE_ONLY : END);
    return json.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** JSON as it grows, in UTF-8 from the beginning. */
  private static final class Body extends ByteArrayOutputStream {
    Body() {
      super(1024);
    }

    void add(byte[] json) {
      write(json, 0, json.length);
    }

    /** A field; none when the text is null. */
    void text(String name, String text) {
      if (text == null) {
        return;
      }
      if (buf[count - 1] != '{') {
        write(',');
      }
      quote(name);
      write(':');
      quote(text);
    }

    private void quote(String text) {
      write('"');
      try {
        add(QUOTES.quoteAsUTF8(text));
      } catch (IllegalArgumentException halfACharacter) {
        add(QUOTES.quoteAsUTF8(new String(utf8(text), StandardCharsets.UTF_8)));
      }
      write('"');
    }
  }

  /** As protobuf's JSON has durations: {@code 86399.123s}. */
  private static String seconds(Duration duration) {
    return BigDecimal.valueOf(duration.toMillis(), 3) + "s";
  }

  private static String deepLink(Push push) {
    return push.deepLink() == null ? "" : push.deepLink();
  }

  private static Duration ttl(Push push, Instant now) {
    Duration left = Duration.between(now, push.deadline());
    if (left.isNegative()) {
      return Duration.ZERO; // it passed since the message was taken up: FCM drops it, too
    }
    return left.compareTo(LONGEST_TTL) < 0 ? left : LONGEST_TTL;
  }

  /**
   * What FCM would refuse for its size or its keys. Asked before sending: FCM's own refusal of a
   * message that is too big looks like that of a dead token.
   */
  static Optional<String> fault(Push push) {
    int bytes = DEEP_LINK.length() + bytes(deepLink(push));
    bytes += bytes(push.title()) + bytes(push.body()) + bytes(push.imageUrl());
    for (Map.Entry<String, String> field : push.data().entrySet()) {
      String key = field.getKey();
      if (key.equals("from")
          || key.equals("message_type")
          || key.startsWith("google.")
          || key.startsWith("gcm.")) {
        return Optional.of("data key %s is reserved by FCM".formatted(key));
      }
      bytes += bytes(key) + bytes(field.getValue());
    }
    return bytes <= MOST_BYTES
        ? Optional.empty()
        : Optional.of(
            "notification and data have %d bytes, FCM takes %d".formatted(bytes, MOST_BYTES));
  }

  private static int bytes(String text) {
    return text == null ? 0 : utf8(text).length;
  }
}
