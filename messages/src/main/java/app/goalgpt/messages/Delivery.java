package app.goalgpt.messages;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What became of one push: written when every device of it has an answer that will not change, and
 * before that when some have and the others must wait, so that a crash repeats no device that was
 * answered. Keyed by the customer.
 *
 * @param pushId the push
 * @param results one per device that has its answer
 * @param finishedAt when the last of these answers came
 * @param campaignId the push's, null when it is of none
 * @param open devices (rows of customer_push_tokens) without an answer yet; none when the push is
 *     done with
 * @param mayBeRepeat true when a notifier that is gone may have sent it as well, absent otherwise
 */
public record Delivery(
    UUID pushId,
    UUID customerId,
    Push.Lane lane,
    List<Result> results,
    Instant causedAt,
    Instant finishedAt,
    UUID campaignId,
    List<UUID> open,
    Boolean mayBeRepeat) {

  public Delivery {
    results = List.copyOf(results);
    open = open == null ? List.of() : List.copyOf(open);
  }

  /** A delivery with an answer for every device. */
  public Delivery(
      UUID pushId,
      UUID customerId,
      Push.Lane lane,
      List<Result> results,
      Instant causedAt,
      Instant finishedAt,
      UUID campaignId) {
    this(pushId, customerId, lane, results, causedAt, finishedAt, campaignId, List.of(), null);
  }

  /** Whether every device has its answer: nothing more will be said of the push. */
  @JsonIgnore
  public boolean isFinal() {
    return open.isEmpty();
  }

  /**
   * @param tokenId the row of customer_push_tokens
   * @param tokenHash SHA-256 of the token (or installation id), in hex: proof that a dead row still
   *     holds the token that FCM spoke of; present for {@link Outcome#DEAD_TOKEN} only
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
    EXPIRED,
    /** The customer has had as many pushes today as one may have. */
    WITHHELD
  }
}
