package app.goalgpt.embedded.fcm;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * One well-formed {@code messages:send}.
 *
 * @param project the project in its path
 * @param token whom it is for: a registration token or an installation id
 * @param message the {@code message} object as sent
 * @param validateOnly a dry run: nothing is delivered
 * @param protocol the HTTP version it came over, such as {@code HTTP/2.0}
 * @param arrivedAt when its body had been read
 */
public record FcmRequest(
    String project,
    String token,
    JsonNode message,
    boolean validateOnly,
    String protocol,
    Instant arrivedAt) {
  /** Never shows the token. */
  @Override
  public String toString() {
    return "FcmRequest[%s, %s, %s]".formatted(project, protocol, arrivedAt);
  }
}
