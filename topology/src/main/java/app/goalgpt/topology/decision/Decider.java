package app.goalgpt.topology.decision;

import app.goalgpt.messages.Cause;
import app.goalgpt.messages.Decision;
import app.goalgpt.topology.badge.ActiveRule;
import app.goalgpt.topology.customer.Customer;
import app.goalgpt.topology.customer.Referral;
import app.goalgpt.topology.referral.ReferralTier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Finds what a customer has earned and not yet got. What it decides is marked on the customer, so
 * that the next fact does not decide it again while the ledger is at work. The mark goes when what
 * it stands for does not hold any more: the ledger may have refused it, and it may be earned again.
 *
 * @param qualifying statuses of a tier 1 referral that may reach tier 2 (a setting)
 */
public record Decider(Set<String> qualifying) {

  /** The customer with the marks of what was decided, and the decisions. */
  public record Outcome(Customer customer, List<Decision> decisions) {}

  /**
   * Badges and the tier of the customer's own referral.
   *
   * @param cause the change that was just applied
   */
  public Outcome afterFact(
      UUID customerId, Customer customer, Collection<ActiveRule> rules, Cause cause, Instant now) {
    List<Decision> decisions = new ArrayList<>();
    Customer marked = badges(customerId, customer, rules, cause, now, decisions);
    Optional<ReferralTier> tier =
        customer.profile().isPresent()
            ? ReferralTier.earned(customer, qualifying, now)
            : Optional.empty();
    int number = tier.map(ReferralTier::number).orElse(0);
    if (number > customer.decidedTier()) {
      Referral referral = customer.referral().value();
      decisions.add(
          Decision.ReferralTier.of(
              referral.id(), number, referral.referrerId(), customerId, cause, now));
    }
    return new Outcome(marked.decidedTier(number), decisions);
  }

  /** Badges only, each caused by its rule: for rules that came after the customer's facts. */
  public Outcome afterRules(
      UUID customerId, Customer customer, Collection<ActiveRule> rules, Instant now) {
    List<Decision> decisions = new ArrayList<>();
    return new Outcome(badges(customerId, customer, rules, null, now, decisions), decisions);
  }

  private static Customer badges(
      UUID customerId,
      Customer customer,
      Collection<ActiveRule> rules,
      Cause cause,
      Instant now,
      List<Decision> decisions) {
    Customer marked = customer;
    if (!customer.isAlive()) {
      return marked;
    }
    Set<UUID> held = customer.heldBadges();
    for (ActiveRule active : rules) {
      UUID badgeId = active.rule().badgeId();
      if (held.contains(badgeId)) {
        continue;
      }
      Long decided = customer.decided().get(badgeId);
      Optional<String> value = active.condition().metBy(customer);
      if (value.isEmpty()) {
        marked = marked.undecidedBadge(badgeId);
      } else if (decided == null || decided != active.rule().version()) {
        decisions.add(
            Decision.BadgeUnlock.of(
                customerId,
                badgeId,
                active.rule().condition(),
                value.get(),
                cause == null ? active.rule().cause() : cause,
                now));
        marked = marked.decidedBadge(badgeId, active.rule().version());
      }
    }
    return marked;
  }
}
