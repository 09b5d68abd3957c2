package app.goalgpt.topology.customer;

/**
 * What is counted over a customer's rows; also what one row contributes to it. Counts equal what
 * SQL would count over the same rows.
 *
 * @param comments comments with status active and not deleted
 * @param likes like_count summed over those
 * @param won predictions won
 * @param lost predictions lost
 * @param referrals referrals with this customer as referrer
 * @param referralsTier2 those of them at tier 2 or above
 * @param referralsTier3 those of them at tier 3
 */
public record Tallies(
    long comments,
    long likes,
    long won,
    long lost,
    long referrals,
    long referralsTier2,
    long referralsTier3) {
  public static final Tallies NONE = new Tallies(0, 0, 0, 0, 0, 0, 0);
  private static final Tallies WON = new Tallies(0, 0, 1, 0, 0, 0, 0);
  private static final Tallies LOST = new Tallies(0, 0, 0, 1, 0, 0, 0);

  static Tallies comment(long likes) {
    return new Tallies(1, likes, 0, 0, 0, 0, 0);
  }

  static Tallies prediction(boolean won) {
    return won ? WON : LOST;
  }

  public static Tallies referral(int tier) {
    return new Tallies(0, 0, 0, 0, 1, tier >= 2 ? 1 : 0, tier >= 3 ? 1 : 0);
  }

  /** Referrals at that tier or above. */
  public long referralsFrom(int tier) {
    return switch (tier) {
      case 1 -> referrals;
      case 2 -> referralsTier2;
      case 3 -> referralsTier3;
      default -> throw new IllegalArgumentException("tier " + tier);
    };
  }

  boolean hasFewerReferralsThan(Tallies other) {
    return referrals < other.referrals
        || referralsTier2 < other.referralsTier2
        || referralsTier3 < other.referralsTier3;
  }

  /** Predictions that are settled. */
  public long settledPredictions() {
    return won + lost;
  }

  /** These after a row that contributed {@code before} came to contribute {@code after}. */
  Tallies moved(Tallies before, Tallies after) {
    return new Tallies(
        comments - before.comments + after.comments,
        likes - before.likes + after.likes,
        won - before.won + after.won,
        lost - before.lost + after.lost,
        referrals - before.referrals + after.referrals,
        referralsTier2 - before.referralsTier2 + after.referralsTier2,
        referralsTier3 - before.referralsTier3 + after.referralsTier3);
  }
}
