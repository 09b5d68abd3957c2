package app.goalgpt.topology.customer;

import java.time.Instant;

/**
 * @param active whether its status is active
 * @param expiresAt null when it does not end
 */
public record Subscription(boolean active, Instant expiresAt) {

  /** SPEC's "active subscription": status active, expired_at empty or in the future. */
  public boolean isActiveAt(Instant now) {
    return active && (expiresAt == null || expiresAt.isAfter(now));
  }
}
