package app.goalgpt.messages;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.UUID;

/**
 * A reward that the topology found earned. It may be decided more than once (replay, re-snapshot,
 * lost state); the ledger settles it once, or refuses it when the tables say otherwise. Amounts are
 * not part of it: the ledger takes them from the tables when it settles.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Decision.BadgeUnlock.class, name = Decision.BADGE_UNLOCK),
  @JsonSubTypes.Type(value = Decision.ReferralTier.class, name = Decision.REFERRAL_TIER)
})
public sealed interface Decision {
  String BADGE_UNLOCK = "badge_unlock";
  String REFERRAL_TIER = "referral_tier";

  /** The reward's deterministic id, see {@link RewardId}. */
  UUID rewardId();

  Cause cause();

  Instant decidedAt();

  /**
   * @param customerId who earned the badge
   * @param condition the badge's unlock condition as it was when decided (JSON text); the ledger
   *     refuses the decision when the badge asks for something else by now
   * @param value the customer's value that met the condition, as text ("10", "72.5", "gold")
   */
  record BadgeUnlock(
      UUID rewardId,
      UUID customerId,
      UUID badgeId,
      String condition,
      String value,
      Cause cause,
      Instant decidedAt)
      implements Decision {
    public static BadgeUnlock of(
        UUID customerId,
        UUID badgeId,
        String condition,
        String value,
        Cause cause,
        Instant decidedAt) {
      UUID id = RewardId.badge(badgeId, customerId);
      return new BadgeUnlock(id, customerId, badgeId, condition, value, cause, decidedAt);
    }
  }

  /**
   * @param tier 2 or 3: the tier that the referral reaches
   * @param referrerId the customer who invited
   * @param referredId the customer who was invited
   */
  record ReferralTier(
      UUID rewardId,
      UUID referralId,
      int tier,
      UUID referrerId,
      UUID referredId,
      Cause cause,
      Instant decidedAt)
      implements Decision {
    public static ReferralTier of(
        UUID referralId,
        int tier,
        UUID referrerId,
        UUID referredId,
        Cause cause,
        Instant decidedAt) {
      UUID id = RewardId.referralTier(referralId, tier);
      return new ReferralTier(id, referralId, tier, referrerId, referredId, cause, decidedAt);
    }
  }

  /** The customer whose id is the record's key: who earned the badge, or who was referred. */
  @JsonIgnore
  default UUID key() {
    return this instanceof BadgeUnlock badge
        ? badge.customerId()
        : ((ReferralTier) this).referredId();
  }
}
