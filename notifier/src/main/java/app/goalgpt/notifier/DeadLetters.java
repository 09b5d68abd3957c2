package app.goalgpt.notifier;

import app.goalgpt.messages.DeadLetter;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.Push;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Makes dead letters in which no token can be read. */
final class DeadLetters {
  static final String STEP = "notifier";
  private static final int HASH_PREFIX = 12;

  private DeadLetters() {}

  /** A push that FCM, or we, found wrong. */
  static DeadLetter of(PushInFlight push, String cause, Instant at) {
    JsonNode value = Json.MAPPER.valueToTree(push.push());
    blank(value);
    return new DeadLetter(
        STEP,
        cause,
        push.partition().topic(),
        push.partition().partition(),
        push.offset(),
        push.push().customerId().toString(),
        value.toString(),
        at);
  }

  /** A record that is not a push. */
  static DeadLetter of(ConsumerRecord<byte[], byte[]> bad, String cause, Instant at) {
    return new DeadLetter(
        STEP,
        cause,
        bad.topic(),
        bad.partition(),
        bad.offset(),
        bad.key() == null ? null : new String(bad.key(), StandardCharsets.UTF_8),
        bad.value() == null ? null : blanked(bad.value()),
        at);
  }

  /**
   * What is wrong with a record, without a word of its values: Jackson's own message quotes them,
   * and a misplaced token is a token.
   */
  static String cause(Throwable problem) {
    Throwable inner = problem.getCause() == null ? problem : problem.getCause();
    if (inner instanceof JsonMappingException mapping) {
      StringBuilder path = new StringBuilder();
      for (JsonMappingException.Reference step : mapping.getPath()) {
        if (step.getFieldName() == null) {
          path.append('[').append(step.getIndex()).append(']');
        } else {
          path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
        }
      }
      return path.isEmpty()
          ? "not a push: its fields do not make one"
          : "not a push: " + path + " is missing, or not what belongs there";
    }
    return inner instanceof JsonProcessingException
        ? "not a push: not JSON"
        : "not a push: " + problem.getMessage();
  }

  private static String blanked(byte[] value) {
    try {
      JsonNode tree = Json.MAPPER.readTree(value);
      if (tree != null && tree.isObject()) {
        blank(tree);
        return tree.toString();
      }
    } catch (IOException e) {
      return withheld(value);
    }
    return withheld(value);
  }

  private static String withheld(byte[] value) {
    return "(%d bytes that may hold a token, not shown)".formatted(value.length);
  }

  /** Whatever stands under "addresses" may be a token, however it is spelled. */
  private static void blank(JsonNode push) {
    if (push instanceof ObjectNode object && object.has("addresses")) {
      object.set("addresses", addresses(object.get("addresses")));
    }
  }

  private static JsonNode addresses(JsonNode addresses) {
    var shown = Json.MAPPER.createArrayNode();
    for (JsonNode address : addresses) {
      ObjectNode entry = shown.addObject();
      JsonNode id = address.path("tokenId");
      if (isUuid(id)) {
        entry.set("tokenId", id);
      }
      for (String secret : List.of("token", "fid")) {
        if (address.path(secret).isTextual()) {
          entry.put(secret, shortHash(address.path(secret).asText()));
        }
      }
    }
    return shown;
  }

  private static boolean isUuid(JsonNode id) {
    return id.isTextual() && id.asText().matches("[0-9a-fA-F-]{36}");
  }

  /** Enough to recognise a token by, nothing to send with. */
  static String shortHash(String token) {
    return "sha256:" + PushInFlight.sha256(token).substring(0, HASH_PREFIX);
  }

  /** The problem with a push that is one by its form, null when there is none. */
  static String problem(Push push) {
    if (push.id() == null || push.customerId() == null) {
      return "not a push: no " + (push.id() == null ? "id" : "customerId");
    }
    if (push.lane() == null || push.causedAt() == null || push.deadline() == null) {
      return "not a push: lane, causedAt and deadline are needed";
    }
    for (Push.Address address : push.addresses()) {
      if (address.tokenId() == null || address.secret().isBlank()) {
        return "not a push: each address needs tokenId, and token or fid";
      }
    }
    return null;
  }
}
