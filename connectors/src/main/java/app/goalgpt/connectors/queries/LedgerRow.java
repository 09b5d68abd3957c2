package app.goalgpt.connectors.queries;

import java.time.Instant;
import java.util.UUID;

/**
 * A row of reward_ledger: a settled reward.
 *
 * @param kind badge_unlock or referral_tier
 * @param customerId who earned it
 * @param causeTable the table of the row that made it so, and its id, position and commit
 */
public record LedgerRow(
    UUID id,
    String kind,
    UUID customerId,
    UUID badgeId,
    String badgeSlug,
    String condition,
    String value,
    UUID referralId,
    Integer tier,
    UUID referredId,
    String causeTable,
    String causeRowId,
    long causeLsn,
    Instant causedAt,
    int xp,
    int credits,
    int vipDays,
    int referredCredits,
    String levelReached,
    int levelCredits,
    Instant decidedAt,
    Instant settledAt) {}
