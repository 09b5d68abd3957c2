package app.goalgpt.messages;

import java.time.Instant;
import java.util.UUID;

/**
 * Public: a badge that was settled. One record per reward, keyed by the customer.
 *
 * @param schemaVersion {@value #SCHEMA_VERSION}; raised when a field changes its meaning or goes
 * @param condition the condition that was met, as JSON text
 * @param value the value that met it, as text ("10", "72.5", "gold")
 * @param xp points granted for the badge
 * @param credits credits granted for the badge, without those for levels
 * @param vipDays days of VIP time granted
 * @param levelReached the level that this grant reached, absent when it reached none
 * @param levelCredits credits granted for the levels passed
 */
public record BadgeUnlocked(
    int schemaVersion,
    UUID rewardId,
    UUID customerId,
    UUID badgeId,
    String badgeSlug,
    String condition,
    String value,
    Cause cause,
    int xp,
    int credits,
    int vipDays,
    String levelReached,
    int levelCredits,
    Instant decidedAt,
    Instant settledAt) {
  public static final int SCHEMA_VERSION = 1;
}
