package app.goalgpt.embedded.fcm;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * A message that the fake took.
 *
 * @param name what it was answered with, {@code projects/…/messages/…}
 * @param token whom it is for: a registration token or an installation id
 * @param message the {@code message} object as sent
 * @param acceptedAt when the answer was given
 */
public record AcceptedMessage(String name, String token, JsonNode message, Instant acceptedAt) {
  /** The notification's title, empty when it has none. */
  public String title() {
    return message.at("/notification/title").asText();
  }

  /** The notification's body, empty when it has none. */
  public String body() {
    return message.at("/notification/body").asText();
  }

  /** The collapse key that Android gets, empty when it has none. */
  public String collapseKey() {
    return message.at("/android/collapse_key").asText();
  }

  /** Never shows the token. */
  @Override
  public String toString() {
    return "AcceptedMessage[%s, %s, %s]".formatted(name, title(), acceptedAt);
  }
}
