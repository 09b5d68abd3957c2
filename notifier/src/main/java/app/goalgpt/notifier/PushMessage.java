package app.goalgpt.notifier;

import app.goalgpt.messages.Json;
import app.goalgpt.messages.Push;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
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
  private static final String DEFAULT = "default";

  private PushMessage() {}

  /**
   * The request's body.
   *
   * @param validateOnly whether FCM is to look at it only
   */
  static byte[] json(Push push, Push.Address address, boolean validateOnly, Instant now) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (JsonGenerator json = Json.MAPPER.getFactory().createGenerator(bytes)) {
      json.writeStartObject();
      if (validateOnly) {
        json.writeBooleanField("validate_only", true);
      }
      json.writeObjectFieldStart("message");
      json.writeStringField(
          address instanceof Push.InstallationId ? "fid" : "token", address.secret());
      notification(json, push);
      data(json, push);
      android(json, push, now);
      apns(json, push);
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a message", e);
    }
    return bytes.toByteArray();
  }

  private static void notification(JsonGenerator json, Push push) throws IOException {
    json.writeObjectFieldStart("notification");
    textField(json, "title", push.title());
    textField(json, "body", push.body());
    textField(json, "image", push.imageUrl());
    json.writeEndObject();
  }

  private static void data(JsonGenerator json, Push push) throws IOException {
    json.writeObjectFieldStart("data");
    for (Map.Entry<String, String> field : push.data().entrySet()) {
      if (!field.getKey().equals(DEEP_LINK)) {
        json.writeStringField(field.getKey(), field.getValue());
      }
    }
    json.writeStringField(DEEP_LINK, deepLink(push));
    json.writeEndObject();
  }

  private static void android(JsonGenerator json, Push push, Instant now) throws IOException {
    json.writeObjectFieldStart("android");
    json.writeStringField("priority", "high");
    json.writeStringField("collapse_key", push.id().toString());
    json.writeStringField("ttl", BigDecimal.valueOf(ttl(push, now).toMillis(), 3) + "s");
    json.writeObjectFieldStart("notification");
    json.writeStringField("sound", DEFAULT);
    json.writeStringField("channel_id", DEFAULT);
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void apns(JsonGenerator json, Push push) throws IOException {
    json.writeObjectFieldStart("apns");
    json.writeObjectFieldStart("headers");
    json.writeStringField("apns-collapse-id", push.id().toString());
    json.writeStringField("apns-expiration", Long.toString(push.deadline().getEpochSecond()));
    json.writeEndObject();
    json.writeObjectFieldStart("payload");
    json.writeObjectFieldStart("aps");
    json.writeStringField("sound", DEFAULT);
    json.writeNumberField("badge", 1);
    json.writeEndObject();
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void textField(JsonGenerator json, String name, String text) throws IOException {
    if (text != null) {
      json.writeStringField(name, text);
    }
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
