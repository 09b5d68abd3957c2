package app.goalgpt.messages;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

/**
 * Deterministic ids: of rewards (SPEC, "Exactly once": badge + customer, or referral + tier), of
 * pushes and of job runs. Whoever decides the same thing, whenever, names it the same.
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

  /** The id of the run of a job for that planned instant. */
  public static UUID run(String job, Instant plannedAt) {
    return named("run/" + job + "/" + plannedAt);
  }

  /**
   * The id of the push that tells this customer once of something that is no reward.
   *
   * @param occasion what is told once, such as {@code streak-break-warnings/2026-01-12}
   */
  public static UUID notice(String occasion, UUID customerId) {
    return named("notice/" + occasion + "/" + customerId);
  }

  private static UUID named(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
  }
}
