package app.goalgpt.topology.badge;

import app.goalgpt.topology.customer.Customer;
import app.goalgpt.topology.customer.Level;
import app.goalgpt.topology.customer.Standing;
import app.goalgpt.topology.customer.Tallies;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/**
 * What a badge asks for (SPEC, "Badges"). A new condition is one record here, one line in {@link
 * ConditionReader} and one in its test.
 */
public sealed interface Condition {

  /** The customer's value that meets this condition, as text; empty while it does not hold. */
  Optional<String> metBy(Customer customer);

  record Referrals(long count, int minTier) implements Condition {
    @Override
    public Optional<String> metBy(Customer customer) {
      return atLeast(count, customer.tallies().referralsFrom(minTier));
    }
  }

  record PredictionsWon(long count) implements Condition {
    @Override
    public Optional<String> metBy(Customer customer) {
      return atLeast(count, customer.tallies().won());
    }
  }

  /** Percent of settled predictions that were won, once there are enough of them. */
  record PredictionAccuracy(BigDecimal percent, long minCount) implements Condition {
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    @Override
    public Optional<String> metBy(Customer customer) {
      Tallies tallies = customer.tallies();
      BigDecimal settled = BigDecimal.valueOf(tallies.settledPredictions());
      BigDecimal won = BigDecimal.valueOf(tallies.won()).multiply(HUNDRED);
      boolean holds =
          tallies.settledPredictions() >= minCount && won.compareTo(percent.multiply(settled)) >= 0;
      return holds
          ? Optional.of(won.divide(settled, 2, RoundingMode.DOWN).toPlainString())
          : Optional.empty();
    }
  }

  record Comments(long count) implements Condition {
    @Override
    public Optional<String> metBy(Customer customer) {
      return atLeast(count, customer.tallies().comments());
    }
  }

  record CommentLikes(long count) implements Condition {
    @Override
    public Optional<String> metBy(Customer customer) {
      return atLeast(count, customer.tallies().likes());
    }
  }

  record LoginStreak(long days) implements Condition {
    @Override
    public Optional<String> metBy(Customer customer) {
      return customer.standing().get().flatMap(standing -> atLeast(days, standing.streakDays()));
    }
  }

  /** That level or above: a jump over it earns it too. */
  record XpLevel(Level level) implements Condition {
    @Override
    public Optional<String> metBy(Customer customer) {
      return customer
          .standing()
          .get()
          .map(Standing::level)
          .filter(reached -> reached.compareTo(level) >= 0)
          .map(Level::specName);
    }
  }

  record CreditsEarned(long amount) implements Condition {
    @Override
    public Optional<String> metBy(Customer customer) {
      return customer.credits().get().flatMap(credits -> atLeast(amount, credits.lifetimeEarned()));
    }
  }

  /** Never by itself. */
  record Manual() implements Condition {
    @Override
    public Optional<String> metBy(Customer customer) {
      return Optional.empty();
    }
  }

  private static Optional<String> atLeast(long threshold, long value) {
    return value >= threshold ? Optional.of(Long.toString(value)) : Optional.empty();
  }
}
