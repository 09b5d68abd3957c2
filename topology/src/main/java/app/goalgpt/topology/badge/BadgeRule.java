package app.goalgpt.topology.badge;

import app.goalgpt.messages.Cause;
import java.util.UUID;

/**
 * A badge's rule as it reaches every task: what {@code badges} says, stripped to what decides.
 *
 * @param version grows with every change of the rule itself (each unlock moves total_unlocks, and
 *     makes no new version of the rule)
 * @param condition the unlock condition as JSON text, null while the badge awards nothing
 *     (inactive, deleted, or a bad rule)
 * @param cause the badge's row: why a customer who already qualified gets the badge now
 */
public record BadgeRule(UUID badgeId, long version, String condition, Cause cause) {
  public boolean isActive() {
    return condition != null;
  }
}
