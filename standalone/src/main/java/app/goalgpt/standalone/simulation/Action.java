package app.goalgpt.standalone.simulation;

import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * Something that the app does for one customer, in one transaction.
 *
 * @param number from 1, in the order of the traffic
 * @param statements in order; doing all of them a second time changes nothing, or fails on a
 *     primary key
 */
public record Action(long number, Kind kind, UUID customerId, List<Sql> statements) {

  /** What customers do, and how often: the weights are relative. */
  public enum Kind {
    COMMENT_WRITTEN(300),
    COMMENT_LIKED(220),
    COMMENT_HIDDEN(15),
    COMMENT_RESTORED(5),
    COMMENT_SOFT_DELETED(20),
    SIGNED_UP_BY_REFERRAL(80),
    FIRST_LOGIN(75),
    STREAK_KEPT(80),
    PREDICTION_BOUGHT(70),
    PREDICTION_SETTLED(70),
    SUBSCRIBED(30),
    SUBSCRIPTION_ENDED(6),
    AD_WATCHED(40),
    MATCH_XP_EARNED(40),
    PUSHES_SWITCHED(5),
    CUSTOMER_LEFT(2),
    /** An admin publishes a badge; not drawn but due at certain moments. */
    BADGE_PUBLISHED(0);

    private final int weight;

    Kind(int weight) {
      this.weight = weight;
    }

    static Kind drawn(int number) {
      int left = number;
      for (Kind kind : values()) {
        left -= kind.weight;
        if (left < 0) {
          return kind;
        }
      }
      throw new IllegalArgumentException("drawn from 0 to " + (totalWeight() - 1));
    }

    static int totalWeight() {
      int total = 0;
      for (Kind kind : values()) {
        total += kind.weight;
      }
      return total;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }
}
