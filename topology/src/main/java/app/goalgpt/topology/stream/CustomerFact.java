package app.goalgpt.topology.stream;

import app.goalgpt.messages.Cause;
import app.goalgpt.topology.change.Version;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.UUID;

/** What one customer's rows tell about another customer, whose id is the record's key. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "fact")
@JsonSubTypes({
  @JsonSubTypes.Type(value = CustomerFact.Referring.class, name = "referring"),
  @JsonSubTypes.Type(value = CustomerFact.ReferrerReturned.class, name = "referrer-returned"),
  @JsonSubTypes.Type(value = CustomerFact.WelcomeReward.class, name = "welcome")
})
sealed interface CustomerFact {

  /**
   * To the referrer: the referral stands like this by that version of its row.
   *
   * @param referredId who was invited; null in a record of an earlier build
   * @param tier 1 to 3; without meaning when the version says that the row is gone
   */
  record Referring(UUID referralId, UUID referredId, int tier, Version version, Cause cause)
      implements CustomerFact {}

  /**
   * To the referred customer: the referrer's deletion was taken back. What the ledger refused while
   * both were deleted may be earned now.
   */
  record ReferrerReturned(UUID referralId, Cause cause) implements CustomerFact {}

  /** To the referred customer: a tier of the own referral was settled. */
  record WelcomeReward(UUID rewardId, int tier, Instant causedAt, Instant settledAt)
      implements CustomerFact {}
}
