package app.goalgpt.connectors.queries;

/**
 * What conditions ask about, of one customer, as the tables have it now.
 *
 * @param lives whether the customer is not deleted
 * @param comments active, not deleted ones
 * @param likes of those comments
 * @param won predictions won
 * @param settled predictions won or lost
 * @param referrals of tier 1, 2 and 3 or above, in this order
 * @param streak null without a row of XP
 * @param level place among the levels, bronze being 1; null without a row of XP
 * @param earned credits ever earned; null without a row of credits
 */
public record Standing(
    boolean lives,
    long comments,
    long likes,
    long won,
    long settled,
    long[] referrals,
    Long streak,
    Long level,
    Long earned) {

  /** Referrals with this customer as referrer at that tier or above. */
  public long referralsFrom(int tier) {
    return referrals[tier - 1];
  }
}
