package app.goalgpt.console.why;

import app.goalgpt.connectors.queries.Standing;
import app.goalgpt.topology.badge.Condition;
import app.goalgpt.topology.customer.Level;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * A condition beside what the customer has now. The threshold is read as the topology reads it, the
 * value is counted by the audit's SQL.
 *
 * @param asks what the condition wants, in words
 * @param value what there is now, in words
 * @param progress how much of it there is, 0 to 1; 1 exactly when it is met
 * @param met whether the condition holds now
 */
record Measure(String asks, String value, double progress, boolean met) {

  static Measure of(Condition condition, Standing standing) {
    if (condition instanceof Condition.Referrals asked) {
      String tier = asked.minTier() == 1 ? "" : " of tier %d or above".formatted(asked.minTier());
      return count("referral%s" + tier, asked.count(), standing.referralsFrom(asked.minTier()));
    }
    if (condition instanceof Condition.PredictionsWon asked) {
      return count("prediction%s won", asked.count(), standing.won());
    }
    if (condition instanceof Condition.PredictionAccuracy asked) {
      return accuracy(asked, standing);
    }
    if (condition instanceof Condition.Comments asked) {
      return count("active comment%s", asked.count(), standing.comments());
    }
    if (condition instanceof Condition.CommentLikes asked) {
      return count("like%s on active comments", asked.count(), standing.likes());
    }
    if (condition instanceof Condition.LoginStreak asked) {
      return count("day%s of login streak", asked.days(), orZero(standing.streak()));
    }
    if (condition instanceof Condition.CreditsEarned asked) {
      return count("credit%s ever earned", asked.amount(), orZero(standing.earned()));
    }
    if (condition instanceof Condition.XpLevel asked) {
      return level(asked.level(), standing);
    }
    return new Measure("given by hand", "never by itself", 0, false);
  }

  /**
   * @param what with the place of the plural's s
   */
  private static Measure count(String what, long threshold, long value) {
    boolean met = value >= threshold;
    return new Measure(
        "%,d ".formatted(threshold) + what.formatted(threshold == 1 ? "" : "s"),
        "%,d".formatted(value),
        met ? 1 : (double) value / threshold,
        met);
  }

  private static Measure accuracy(Condition.PredictionAccuracy asked, Standing standing) {
    long settled = standing.settled();
    BigDecimal percent =
        settled == 0
            ? BigDecimal.ZERO
            : BigDecimal.valueOf(100 * standing.won())
                .divide(BigDecimal.valueOf(settled), 2, RoundingMode.DOWN);
    boolean met =
        settled >= asked.minCount()
            && BigDecimal.valueOf(100 * standing.won())
                    .compareTo(asked.percent().multiply(BigDecimal.valueOf(settled)))
                >= 0;
    double share =
        Math.min(
            (double) settled / asked.minCount(),
            percent.doubleValue() / asked.percent().doubleValue());
    return new Measure(
        "%s %% of at least %,d settled predictions won"
            .formatted(asked.percent().toPlainString(), asked.minCount()),
        "%s %% of %,d".formatted(percent.stripTrailingZeros().toPlainString(), settled),
        met ? 1 : Math.min(share, 0.99),
        met);
  }

  private static Measure level(Level asked, Standing standing) {
    long reached = orZero(standing.level());
    boolean met = reached > asked.ordinal();
    String value = reached == 0 ? "no level yet" : Level.values()[(int) reached - 1].specName();
    return new Measure(
        "level %s or above".formatted(asked.specName()),
        value,
        met ? 1 : (double) reached / (asked.ordinal() + 1),
        met);
  }

  private static long orZero(Long number) {
    return number == null ? 0 : number;
  }
}
