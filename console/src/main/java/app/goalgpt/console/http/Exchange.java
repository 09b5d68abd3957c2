package app.goalgpt.console.http;

import app.goalgpt.messages.Json;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A request of somebody with a token, taken apart.
 *
 * @param parameters the path's
 * @param query of each name one value
 * @param body its bytes; none is empty
 * @param operator whose token it is
 * @param address where it came from
 */
public record Exchange(
    Map<String, String> parameters,
    Map<String, String> query,
    byte[] body,
    Operator operator,
    String address) {
  private static final int LONGEST_PAGE = 200;

  public String parameter(String name) {
    return parameters.get(name);
  }

  public UUID uuid(String name) {
    return uuid(name, parameters.get(name));
  }

  /** A uuid as Java and Postgres write it: 36 characters. */
  public static UUID uuid(String name, String text) {
    try {
      UUID id = UUID.fromString(text);
      if (id.toString().equalsIgnoreCase(text)) {
        return id;
      }
    } catch (IllegalArgumentException notOne) {
      // refused below, as what is written in another way is
    }
    throw Problem.badRequest(name + " must be a uuid");
  }

  public long number(String name, long most) {
    return number(name, parameters.get(name), 0, most);
  }

  private static long number(String name, String text, long least, long most) {
    try {
      long number = Long.parseLong(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException notOne) {
      // refused below, as what is out of range is
    }
    throw Problem.badRequest("%s must be a number from %d to %d".formatted(name, least, most));
  }

  public Optional<String> asked(String name) {
    return Optional.ofNullable(query.get(name)).filter(value -> !value.isEmpty());
  }

  public Optional<Long> askedNumber(String name, long least, long most) {
    return asked(name).map(text -> number(name, text, least, most));
  }

  /** One of several words. */
  public Optional<String> asked(String name, String... allowed) {
    Optional<String> value = asked(name);
    if (value.isPresent() && !Arrays.asList(allowed).contains(value.get())) {
      throw Problem.badRequest("%s must be one of %s".formatted(name, String.join(", ", allowed)));
    }
    return value;
  }

  public Optional<Instant> askedInstant(String name) {
    return asked(name).map(text -> instant(name, text));
  }

  public static Instant instant(String name, String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw Problem.badRequest(name + " must be an instant, such as 2026-11-22T19:00:00Z");
    }
  }

  /** How many of a list, 1 to 200. */
  public int limit(int otherwise) {
    return askedNumber("limit", 1, LONGEST_PAGE).map(Long::intValue).orElse(otherwise);
  }

  /** The body, an object with no fields but these; no body is an object without any. */
  public JsonNode object(String... fields) {
    if (body.length == 0) {
      return Json.MAPPER.createObjectNode();
    }
    JsonNode object = tree();
    if (!object.isObject()) {
      throw Problem.badRequest("the body must be a JSON object");
    }
    object
        .fieldNames()
        .forEachRemaining(
            field -> {
              if (!List.of(fields).contains(field)) {
                throw Problem.badRequest(
                    "the body may have the fields %s".formatted(String.join(", ", fields)));
              }
            });
    return object;
  }

  private JsonNode tree() {
    try {
      return Json.MAPPER.readTree(body);
    } catch (JsonProcessingException e) {
      throw Problem.badRequest("the body is not JSON");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
