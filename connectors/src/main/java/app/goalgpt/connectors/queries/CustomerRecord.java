package app.goalgpt.connectors.queries;

import java.time.Instant;
import java.util.UUID;

/**
 * A customer, for support.
 *
 * @param email its first letter and its domain: enough to be sure, too little to be taken away
 * @param deletedAt null while the customer lives
 * @param level null where the customer has no row of XP, as are the points and the streak
 * @param creditsBalance null where the customer has no row of credits
 * @param devices active push tokens
 */
public record CustomerRecord(
    UUID id,
    String name,
    String email,
    String locale,
    Instant createdAt,
    Instant deletedAt,
    String level,
    Long xpPoints,
    Long streakDays,
    Long creditsBalance,
    long devices) {}
