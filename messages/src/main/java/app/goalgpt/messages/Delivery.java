package app.goalgpt.messages;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What became of one push: written when every device of it has an answer that will not change.
 * Keyed by the customer.
 *
 * @param pushId the push
 * @param results one per device
 * @param finishedAt when the last answer came
 * @param campaignId the push's, null when it is of none
 */
public record Delivery(
    UUID pushId,
    UUID customerId,
    Push.Lane lane,
    List<Result> results,
    Instant causedAt,
    Instant finishedAt,
    UUID campaignId) {

  public Delivery {
    results = List.copyOf(results);
  }

  /**
   * @param tokenId the row of customer_push_tokens
   * @param tokenHash SHA-256 of the token, in hex: proof that a dead row still holds the token that
   *     FCM spoke of; present for {@link Outcome#DEAD_TOKEN} only
   * @param reason FCM's error code, or why it was not sent; absent when accepted
   * @param attempts requests made for this device
   */
  public record Result(
      UUID tokenId, String tokenHash, Outcome outcome, String reason, int attempts) {}

  public enum Outcome {
    ACCEPTED,
    DEAD_TOKEN,
    /** Ours is wrong (payload) or the configuration is: the token stays. */
    REJECTED,
    /** The deadline came first. */
    EXPIRED
  }
}
