package app.goalgpt.messages;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * The deterministic id of a reward (SPEC, "Exactly once"): badge + customer, or referral + tier.
 * Whoever decides the same reward, whenever, names it the same.
 */
public final class RewardId {
  private RewardId() {}

  public static UUID badge(UUID badgeId, UUID customerId) {
    return named("badge/" + badgeId + "/" + customerId);
  }

  public static UUID referralTier(UUID referralId, int tier) {
    return named("referral/" + referralId + "/" + tier);
  }

  /** The id of the push that tells this customer of that reward. */
  public static UUID push(UUID rewardId, UUID customerId) {
    return named("push/" + rewardId + "/" + customerId);
  }

  private static UUID named(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
  }
}
