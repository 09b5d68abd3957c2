package app.goalgpt.connectors.ledger;

import java.util.Locale;

/** Why a decision changed nothing (docs/ARCHITECTURE.md, "The ledger refuses"). */
public enum Refusal {
  /** The reward's id is in the ledger. */
  ALREADY_SETTLED,
  /** The customer has the badge, though not from this ledger. */
  ALREADY_UNLOCKED,
  /** Deleted, or never there. */
  BADGE_GONE,
  BADGE_INACTIVE,
  /** The badge takes away: reward_xp, reward_credits or reward_vip_days is below 0. */
  SENSELESS_REWARD,
  /** The badge asks for something else than what was decided. */
  CONDITION_CHANGED,
  /** Who would be paid is deleted or was never there; for a referral: both parties. */
  CUSTOMER_GONE,
  /** Deleted, or never there. */
  REFERRAL_GONE,
  /** It is between other customers than those decided on. */
  REFERRAL_CHANGED,
  /** The referral is not at the tier before. */
  TIER_MOVED_ON,
  /** The referral's status is not one from which the tier is reached. */
  STATUS_NOT_QUALIFYING,
  /**
   * By what is committed the customer does not meet the badge's condition now, or the invited one
   * has no login (tier 2) or no active subscription (tier 3).
   */
  CONDITION_NOT_MET,
  /** Another transaction settled or changed the same thing meanwhile. */
  OVERTAKEN;

  /**
   * Whether the tables can only go on to say so. Any other refusal may come of what they do not
   * show yet.
   */
  boolean isFinal() {
    return this == ALREADY_SETTLED;
  }

  static Refusal of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** The name as metrics and the settling statement spell it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
