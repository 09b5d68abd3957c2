package app.goalgpt.messages;

import java.time.Instant;
import java.util.UUID;

/**
 * Public: a referral tier that was settled. One record per reward, keyed by the referrer.
 *
 * @param schemaVersion {@value #SCHEMA_VERSION}; raised when a field changes its meaning or goes
 * @param tier 2 (the referred customer logged in) or 3 (the referred customer subscribed)
 * @param referrerXp points granted to the referrer
 * @param referrerCredits credits granted to the referrer, without those for levels
 * @param referredCredits credits granted to the referred customer
 * @param levelReached the level that the referrer reached by it, absent when none
 * @param levelCredits credits granted to the referrer for the levels passed
 */
public record ReferralTierReached(
    int schemaVersion,
    UUID rewardId,
    UUID referralId,
    int tier,
    UUID referrerId,
    UUID referredId,
    Cause cause,
    int referrerXp,
    int referrerCredits,
    int referredCredits,
    String levelReached,
    int levelCredits,
    Instant decidedAt,
    Instant settledAt) {
  public static final int SCHEMA_VERSION = 1;
}
