package app.goalgpt.topology.referral;

import app.goalgpt.topology.customer.Customer;
import app.goalgpt.topology.customer.Referral;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** The tiers that a referral can reach (SPEC, "Referral tier 2" and "3"), as a table. */
public enum ReferralTier {
  LOGGED_IN(2) {
    @Override
    boolean isReachedBy(Customer referred, Referral referral, Set<String> qualifying, Instant now) {
      return qualifying.contains(referral.status()) && referred.hasLoggedIn(referral.expiresAt());
    }
  },
  SUBSCRIBED(3) {
    @Override
    boolean isReachedBy(Customer referred, Referral referral, Set<String> qualifying, Instant now) {
      return referral.status().equals("rewarded") && referred.hasActiveSubscription(now);
    }
  };

  private final int tier;

  ReferralTier(int tier) {
    this.tier = tier;
  }

  public int number() {
    return tier;
  }

  abstract boolean isReachedBy(
      Customer referred, Referral referral, Set<String> qualifying, Instant now);

  /**
   * The tier that the customer's own referral has earned and not yet got.
   *
   * @param qualifying statuses of a tier 1 referral that may reach tier 2
   */
  public static Optional<ReferralTier> earned(
      Customer referred, Set<String> qualifying, Instant now) {
    return referred
        .referral()
        .get()
        .flatMap(
            referral ->
                Arrays.stream(values())
                    .filter(next -> next.tier == referral.tier() + 1)
                    .filter(next -> next.isReachedBy(referred, referral, qualifying, now))
                    .findFirst());
  }
}
