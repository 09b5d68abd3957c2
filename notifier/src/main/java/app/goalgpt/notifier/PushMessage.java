package app.goalgpt.notifier;

import app.goalgpt.messages.Push;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
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

  private PushMessage() {}

  /**
   * The request's body. Written by hand: making a generator costs as much as all of it.
   *
   * @param validateOnly whether FCM is to look at it only
   */
  static byte[] json(Push push, Push.Address address, boolean validateOnly, Instant now) {
    StringBuilder json = new StringBuilder(1024).append("{\"message\":{");
    text(json, address instanceof Push.InstallationId ? "fid" : "token", address.secret());
    json.append(",\"notification\":{");
    text(json, "title", push.title());
    text(json, "body", push.body());
    text(json, "image", push.imageUrl());
    json.append("},\"data\":{");
    for (Map.Entry<String, String> field : push.data().entrySet()) {
      if (!field.getKey().equals(DEEP_LINK)) {
        text(json, field.getKey(), field.getValue());
      }
    }
    text(json, DEEP_LINK, deepLink(push));
    json.append("},\"android\":{\"priority\":\"high\"");
    text(json, "collapse_key", push.id().toString());
    text(json, "ttl", seconds(ttl(push, now)));
    json.append(",\"notification\":{\"sound\":\"default\",\"channel_id\":\"default\"}}");
    json.append(",\"apns\":{\"headers\":{");
    text(json, "apns-collapse-id", push.id().toString());
    text(json, "apns-expiration", Long.toString(push.deadline().getEpochSecond()));
    json.append("},\"payload\":{\"aps\":{\"sound\":\"default\",\"badge\":1}}}}");
    json.append(validateOnly ? ",\"validate_only\":true}" : "}");
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void text(StringBuilder json, String name, String text) {
    if (text == null) {
      return;
    }
    if (json.charAt(json.length() - 1) != '{') {
      json.append(',');
    }
    json.append('"');
    QUOTES.quoteAsString(name, json);
    json.append("\":\"");
    QUOTES.quoteAsString(text, json);
    json.append('"');
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
    return text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
  }
}
