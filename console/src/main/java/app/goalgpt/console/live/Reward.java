package app.goalgpt.console.live;

import app.goalgpt.messages.BadgeUnlocked;
import app.goalgpt.messages.Cause;
import app.goalgpt.messages.ReferralTierReached;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * A settled reward, as the public topics announce it.
 *
 * @param kind badge or tier
 * @param customerId who earned it
 * @param name the badge's slug; of a tier its number
 * @param referredId of a tier, who was invited; else null
 * @param referredCredits of a tier, what the invited one got
 * @param latencyMs from the commit of the row that made it so to the settlement
 */
public record Reward(
    UUID id,
    String kind,
    UUID customerId,
    String name,
    String condition,
    String value,
    UUID referredId,
    int xp,
    int credits,
    int vipDays,
    int referredCredits,
    String levelReached,
    int levelCredits,
    String causeTable,
    String causeRowId,
    Instant causedAt,
    Instant decidedAt,
    Instant settledAt,
    long latencyMs) {

  static Reward of(BadgeUnlocked badge) {
    Cause cause = badge.cause();
    return new Reward(
        badge.rewardId(),
        "badge",
        badge.customerId(),
        badge.badgeSlug(),
        badge.condition(),
        badge.value(),
        null,
        badge.xp(),
        badge.credits(),
        badge.vipDays(),
        0,
        badge.levelReached(),
        badge.levelCredits(),
        cause.table(),
        cause.rowId(),
        cause.committedAt(),
        badge.decidedAt(),
        badge.settledAt(),
        Duration.between(cause.committedAt(), badge.settledAt()).toMillis());
  }

  static Reward of(ReferralTierReached tier) {
    Cause cause = tier.cause();
    return new Reward(
        tier.rewardId(),
        "tier",
        tier.referrerId(),
        Integer.toString(tier.tier()),
        null,
        null,
        tier.referredId(),
        tier.referrerXp(),
        tier.referrerCredits(),
        0,
        tier.referredCredits(),
        tier.levelReached(),
        tier.levelCredits(),
        cause.table(),
        cause.rowId(),
        cause.committedAt(),
        tier.decidedAt(),
        tier.settledAt(),
        Duration.between(cause.committedAt(), tier.settledAt()).toMillis());
  }
}
