package app.goalgpt.topology.customer;

import java.time.Instant;
import java.util.UUID;

/**
 * What a change says about one customer. The row's value is null where the row is deleted or says
 * nothing that counts (an unlinked identity, an inactive token).
 */
public sealed interface Fact {

  record Profiled(Profile profile) implements Fact {}

  record Ranked(Standing standing) implements Fact {}

  record Credited(Credits credits) implements Fact {}

  /**
   * @param at when this identity logged in last, null when it never did or is unlinked
   */
  record LoggedIn(UUID identityId, Instant at) implements Fact {}

  record Subscribed(UUID subscriptionId, Subscription subscription) implements Fact {}

  /**
   * @param device null while it is inactive
   */
  record Reachable(UUID tokenId, Device device) implements Fact {}

  record Claimed(UUID rowId, Claim claim) implements Fact {}

  /**
   * @param badgeId null when the row is gone
   */
  record HasBadge(UUID rowId, UUID badgeId) implements Fact {}

  record WasReferred(Referral referral) implements Fact {}

  /**
   * One of many rows that are counted, not kept.
   *
   * @param contribution what the row adds to the tallies by now
   * @param about another customer whom it is about, null when there is none
   */
  record Counted(Kind kind, UUID rowId, Tallies contribution, UUID about) implements Fact {
    public Counted(Kind kind, UUID rowId, Tallies contribution) {
      this(kind, rowId, contribution, null);
    }
  }

  /** Whose rows are counted. The order is part of the stores' keys: append only. */
  enum Kind {
    COMMENT,
    PREDICTION,
    REFERRAL
  }
}
