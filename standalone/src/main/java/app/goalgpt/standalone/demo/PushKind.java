package app.goalgpt.standalone.demo;

import app.goalgpt.messages.Delivery;
import app.goalgpt.messages.Push;
import java.util.Arrays;

/** What a push is about. */
enum PushKind {
  REWARD("push", "rewards", ""),
  REMINDER("daily", "daily reward reminders", "daily_reward"),
  STREAK("streak", "streak warnings", "streak_warning"),
  EXPIRY("expiry", "expiry alerts", "subscription_expiry"),
  CAMPAIGN("campaign", "of campaigns", "campaign"),
  /** A job's, of which the text was not kept. */
  OTHER("push", "others", "");

  private final String label;
  private final String plural;
  private final String type;

  PushKind(String label, String plural, String type) {
    this.label = label;
    this.plural = plural;
    this.type = type;
  }

  /** What its line begins with. */
  String label() {
    return label;
  }

  /** In a sum. */
  String plural() {
    return plural;
  }

  boolean isOfReward() {
    return this == REWARD;
  }

  /**
   * @param type the push's {@code type}; every other one is a reward's
   */
  static PushKind ofType(String type) {
    return Arrays.stream(values())
        .filter(kind -> !kind.type.isEmpty() && kind.type.equals(type))
        .findFirst()
        .orElse(REWARD);
  }

  /** As far as the delivery alone tells. */
  static PushKind of(Delivery delivery) {
    return delivery.lane() == Push.Lane.REWARD
        ? REWARD
        : delivery.campaignId() != null ? CAMPAIGN : OTHER;
  }
}
