package app.goalgpt.embedded.fcm;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What FCM refuses about a request's body, by the reference page of {@code projects.messages}:
 * types, unknown names, reserved data keys, size.
 */
final class MessageCheck {
  /** What is wrong, and with which field. */
  record Violation(String field, String description) {}

  private static final int MOST_BYTES = 4096;
  private static final Set<String> REQUEST = Set.of("message", "validate_only");
  private static final Set<String> MESSAGE =
      Set.of(
          "token",
          "topic",
          "condition",
          "fid",
          "notification",
          "data",
          "android",
          "apns",
          "webpush",
          "fcm_options");
  private static final Set<String> NOTIFICATION = Set.of("title", "body", "image");
  private static final Set<String> PRIORITIES = Set.of("high", "HIGH", "normal", "NORMAL");
  private static final Pattern SECONDS = Pattern.compile("\\d{1,7}(\\.\\d{1,9})?s");

  private MessageCheck() {}

  static Optional<Violation> of(JsonNode request) {
    JsonNode message = request.path("message");
    if (!message.isObject()) {
      return violation("message", "Message must be an object.");
    }
    return unknown("", request, REQUEST)
        .or(() -> unknown("message", message, MESSAGE))
        .or(() -> token(message))
        .or(() -> strings("message.notification", message.path("notification")))
        .or(() -> unknown("message.notification", message.path("notification"), NOTIFICATION))
        .or(() -> strings("message.data", message.path("data")))
        .or(() -> reservedKey(message.path("data")))
        .or(() -> android(message.path("android")))
        .or(() -> apns(message.path("apns")))
        .or(() -> size(message));
  }

  private static Optional<Violation> token(JsonNode message) {
    boolean hasToken = isText(message.path("token"));
    return hasToken != isText(message.path("fid"))
        ? Optional.empty()
        : violation("message.token", "Recipient of the message is not set.");
  }

  private static boolean isText(JsonNode node) {
    return node.isTextual() && !node.asText().isBlank();
  }

  private static Optional<Violation> unknown(String path, JsonNode node, Set<String> known) {
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        return violation(
            path,
            "Invalid JSON payload received. Unknown name \"%s\" at '%s': Cannot find field."
                .formatted(name, path));
      }
    }
    return Optional.empty();
  }

  private static Optional<Violation> strings(String path, JsonNode node) {
    if (!node.isMissingNode() && !node.isObject()) {
      return violation(path, "Must be an object.");
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!field.getValue().isTextual()) {
        return violation(path + "." + field.getKey(), "Must be a string.");
      }
    }
    return Optional.empty();
  }

  private static Optional<Violation> reservedKey(JsonNode data) {
    for (Map.Entry<String, JsonNode> field : data.properties()) {
      String key = field.getKey();
      if (key.equals("from")
          || key.equals("message_type")
          || key.startsWith("google.")
          || key.startsWith("gcm.")) {
        return violation("message.data", "Invalid data payload key: " + key);
      }
    }
    return Optional.empty();
  }

  private static Optional<Violation> android(JsonNode android) {
    JsonNode ttl = android.path("ttl");
    if (!ttl.isMissingNode() && !SECONDS.matcher(ttl.asText()).matches()) {
      return violation("message.android.ttl", "Must be a duration in seconds, such as 3.5s.");
    }
    JsonNode priority = android.path("priority");
    if (!priority.isMissingNode() && !PRIORITIES.contains(priority.asText())) {
      return violation("message.android.priority", "Must be HIGH or NORMAL.");
    }
    JsonNode key = android.path("collapse_key");
    return key.isMissingNode() || key.isTextual()
        ? Optional.empty()
        : violation("message.android.collapse_key", "Must be a string.");
  }

  private static Optional<Violation> apns(JsonNode apns) {
    if (apns.isMissingNode()) {
      return Optional.empty();
    }
    JsonNode collapseId = apns.at("/headers/apns-collapse-id");
    if (collapseId.asText().getBytes(StandardCharsets.UTF_8).length > 64) {
      return violation("message.apns.headers", "apns-collapse-id is longer than 64 bytes.");
    }
    return strings("message.apns.headers", apns.path("headers"))
        .or(
            () ->
                apns.at("/payload/aps").isObject()
                    ? Optional.empty()
                    : violation("message.apns.payload", "Must contain an aps dictionary."));
  }

  private static Optional<Violation> size(JsonNode message) {
    int bytes = 0;
    for (JsonNode part : new JsonNode[] {message.path("notification"), message.path("data")}) {
      for (Map.Entry<String, JsonNode> field : part.properties()) {
        bytes += field.getKey().getBytes(StandardCharsets.UTF_8).length;
        bytes += field.getValue().asText().getBytes(StandardCharsets.UTF_8).length;
      }
    }
    return bytes <= MOST_BYTES
        ? Optional.empty()
        : violation("message.data", "Android message is too big");
  }

  private static Optional<Violation> violation(String field, String description) {
    return Optional.of(new Violation(field, description));
  }
}
