package app.goalgpt.connectors.queries;

import java.time.Instant;
import java.util.UUID;

/** A referral in which the customer has a part. */
public record ReferralRow(
    UUID id,
    UUID referrerId,
    UUID referredId,
    String status,
    int tier,
    Instant createdAt,
    Instant expiresAt) {}
