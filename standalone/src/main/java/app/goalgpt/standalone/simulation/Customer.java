package app.goalgpt.standalone.simulation;

import java.time.Instant;
import java.util.UUID;

/**
 * A customer as the history made them. What they did follows from the numbers here and the
 * population's seed.
 *
 * @param number 0 for the first who joined
 * @param loggedIn whether they ever logged in; who has not, has done nothing yet
 * @param comments how many comments they wrote, whatever became of them
 * @param predictions how many predictions they bought
 * @param skill the chance that a prediction of theirs is won, 0..1
 * @param xp points earned, before any reward of this system
 * @param streak current_streak_days
 * @param kept whether the last activity was today; otherwise it was yesterday, where there is a
 *     streak
 * @param referrer the number of the customer who invited them, -1 for nobody
 */
public record Customer(
    int number,
    UUID id,
    String fullName,
    String locale,
    Instant joinedAt,
    boolean loggedIn,
    boolean deleted,
    boolean pushAllowed,
    int comments,
    int predictions,
    double skill,
    int xp,
    int streak,
    boolean kept,
    int referrer) {

  /** Whether the customer uses the app. */
  public boolean isActive() {
    return loggedIn && !deleted;
  }

  public String referralCode() {
    return Population.referralCode(id);
  }

  String email() {
    return "customer-" + number + "@example.com";
  }
}
