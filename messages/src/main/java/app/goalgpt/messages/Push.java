package app.goalgpt.messages;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * One notification for one customer, on all of the customer's devices. Keyed by the customer.
 *
 * @param id deterministic; also the collapse key, so that a repeat replaces itself on the phone
 * @param title shown in bold
 * @param body shown below the title
 * @param data what the app reads, {@code type} first of all
 * @param deepLink where a tap leads, such as {@code goalgpt://badges}
 * @param imageUrl absent when there is none
 * @param lane what it competes with
 * @param addresses the customer's devices when the push was made; none says that the customer could
 *     not be told then, and is not to be told later
 * @param causedAt when the row that led to it was committed; measures commit to accepted
 * @param deadline after it the push is not sent any more
 * @param campaignId the campaign that it is part of, null when it is of none
 */
public record Push(
    UUID id,
    UUID customerId,
    String title,
    String body,
    Map<String, String> data,
    String deepLink,
    String imageUrl,
    Lane lane,
    List<Address> addresses,
    Instant causedAt,
    Instant deadline,
    UUID campaignId) {

  public Push {
    data = Map.copyOf(data);
    addresses = List.copyOf(addresses);
  }

  public boolean reachesSomebody() {
    return !addresses.isEmpty();
  }

  /** In order of precedence. */
  public enum Lane {
    REWARD,
    REMINDER,
    CAMPAIGN
  }

  /**
   * One device.
   *
   * @param tokenId the row of customer_push_tokens: what may be named in logs and other topics
   * @param token the registration token itself: a secret, in this topic only
   */
  public record Address(UUID tokenId, String token) {
    /** Never shows the token. */
    @Override
    public String toString() {
      return "Address[" + tokenId + "]";
    }
  }
}
