package app.goalgpt.notifier;

import app.goalgpt.messages.Json;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What came back for one message, free of the client's types.
 *
 * @param httpStatus 200 when accepted; 0 when no answer came, or none that can be read
 * @param fcmCode the {@code errorCode} of the {@code google.firebase.fcm.v1.FcmError} detail,
 *     absent without one
 * @param status the canonical {@code google.rpc} status, absent without one
 * @param fields the fields that a {@code google.rpc.BadRequest} detail complains of
 * @param retryAfter the Retry-After header as it came, absent without one
 * @param failure what went wrong in one word where no answer came, absent otherwise
 */
record FcmAnswer(
    int httpStatus,
    String fcmCode,
    String status,
    List<String> fields,
    String retryAfter,
    String failure) {
  private static final String FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError";
  private static final String BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest";

  /** The failure of a request that FCM, as it says, has not looked at. */
  static final String UNPROCESSED = "UNPROCESSED";

  /** The failure of a request for which there was no access token. */
  static final String NO_CREDENTIALS = "CREDENTIALS";

  /** What FCM, or something in its way, answered. */
  static FcmAnswer of(int httpStatus, String body, String retryAfter) {
    if (httpStatus / 100 != 2) {
      return refused(httpStatus, body, retryAfter);
    }
    return json(body).path("name").isTextual() ? accepted() : none("UNREADABLE");
  }

  static FcmAnswer accepted() {
    return new FcmAnswer(200, null, null, List.of(), null, null);
  }

  /** No answer came: time-out, reset, no connection. */
  static FcmAnswer none(String failure) {
    return new FcmAnswer(0, null, null, List.of(), null, failure);
  }

  /** An error answer; a body that is not FCM's counts as absent. */
  static FcmAnswer refused(int httpStatus, String body, String retryAfter) {
    JsonNode error = error(body);
    String code = null;
    List<String> fields = new ArrayList<>();
    for (JsonNode detail : error.path("details")) {
      String type = detail.path("@type").asText();
      if (type.equals(FCM_ERROR)) {
        code = detail.path("errorCode").asText(null);
      } else if (type.equals(BAD_REQUEST)) {
        detail.path("fieldViolations").forEach(v -> fields.add(v.path("field").asText()));
      }
    }
    return new FcmAnswer(
        httpStatus, code, error.path("status").asText(null), fields, retryAfter, null);
  }

  private static JsonNode error(String body) {
    return json(body).path("error");
  }

  private static JsonNode json(String body) {
    if (body == null) {
      return Json.MAPPER.missingNode();
    }
    try {
      return Json.MAPPER.readTree(body);
    } catch (JsonProcessingException e) {
      return Json.MAPPER.missingNode();
    }
  }

  /** The shortest name of it, fit for a metric: never part of a text that came from outside. */
  String reason() {
    if (failure != null) {
      return failure;
    }
    return fcmCode != null && fcmCode.matches("[A-Z_]{1,40}") ? fcmCode : "HTTP_" + httpStatus;
  }
}
