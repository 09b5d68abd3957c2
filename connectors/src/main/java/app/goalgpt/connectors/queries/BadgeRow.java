package app.goalgpt.connectors.queries;

import java.time.Instant;
import java.util.UUID;

/**
 * A badge, and the customer's row of it.
 *
 * @param condition unlock_condition as JSON text
 * @param deleted whether the badge is
 * @param unlockedAt when the customer got it; null when not
 * @param metadata of the customer's row as JSON text, null when there is none
 */
public record BadgeRow(
    UUID id,
    String slug,
    String nameTr,
    String nameEn,
    String rarity,
    String condition,
    int xp,
    int credits,
    int vipDays,
    boolean active,
    boolean deleted,
    Instant unlockedAt,
    String metadata) {}
