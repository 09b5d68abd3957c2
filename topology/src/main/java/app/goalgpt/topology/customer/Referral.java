package app.goalgpt.topology.customer;

import java.time.Instant;
import java.util.UUID;

/**
 * The referral by which this customer came.
 *
 * @param tier 1 to 3
 * @param expiresAt null when it does not expire
 */
public record Referral(UUID id, UUID referrerId, int tier, String status, Instant expiresAt) {}
