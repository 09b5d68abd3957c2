package app.goalgpt.messages;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
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
   * One device: FCM knows it by a registration token or, where the app has moved to them, by an
   * installation id. In JSON it has the field {@code token} or {@code fid}.
   */
  public sealed interface Address {
    /** The row of customer_push_tokens: what may be named in logs and other topics. */
    UUID tokenId();

    /** What FCM knows the device by: a secret, in the topics of pushes only. */
    String secret();

    /**
     * @throws IllegalArgumentException when it has not exactly one of the two
     */
    @JsonCreator
    static Address of(
        @JsonProperty("tokenId") UUID tokenId,
        @JsonProperty("token") String token,
        @JsonProperty("fid") String fid) {
      if ((token == null) == (fid == null)) {
        throw new IllegalArgumentException("an address has either a token or a fid");
      }
      return token == null
          ? new InstallationId(tokenId, fid)
          : new RegistrationToken(tokenId, token);
    }
  }

  /** A device by its FCM registration token. */
  public record RegistrationToken(UUID tokenId, String token) implements Address {
    @Override
    public String secret() {
      return token;
    }

    /** Never shows the token. */
    @Override
    public String toString() {
      return "RegistrationToken[" + tokenId + "]";
    }
  }

  /** A device by its Firebase installation id. */
  public record InstallationId(UUID tokenId, String fid) implements Address {
    @Override
    public String secret() {
      return fid;
    }

    /** Never shows the id. */
    @Override
    public String toString() {
      return "InstallationId[" + tokenId + "]";
    }
  }
}
