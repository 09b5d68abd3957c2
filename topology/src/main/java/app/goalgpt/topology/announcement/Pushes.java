package app.goalgpt.topology.announcement;

import app.goalgpt.messages.Push;
import app.goalgpt.messages.RewardId;
import app.goalgpt.topology.customer.Customer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Makes the pushes of settled rewards.
 *
 * @param lifetime how long after settlement a push is still worth sending
 */
public record Pushes(Duration lifetime) {

  /**
   * One push for badges that are told together. Its id is the first one's; the earliest cause and
   * settlement count for all.
   *
   * @param badges at least one, in the order of their settlement
   */
  public Optional<Push> ofBadges(
      UUID customerId, Customer customer, List<SettledReward.Badge> badges, Instant now) {
    SettledReward.Badge first = badges.get(0);
    return push(
            first.rewardId(),
            customerId,
            customer,
            english ->
                badges.size() == 1 ? Notice.badge(first, english) : Notice.badges(badges, english),
            first.event().cause().committedAt(),
            first.settledAt(),
            now)
        .filter(Push::reachesSomebody);
  }

  public Optional<Push> toReferrer(
      UUID customerId, Customer customer, SettledReward.Tier tier, Instant now) {
    return push(
            tier.rewardId(),
            customerId,
            customer,
            english -> Notice.toReferrer(tier.event().tier(), english),
            tier.event().cause().committedAt(),
            tier.settledAt(),
            now)
        .filter(Push::reachesSomebody);
  }

  /**
   * Has no addresses when the customer cannot be told: what stands on the pushes topic is the only
   * memory, outside the state, of a welcome that was dealt with. Without it a replay, in which the
   * customer's device may come first, would tell what had not been told.
   *
   * @param rewardId the referral reward
   */
  public Optional<Push> toReferred(
      UUID customerId,
      Customer customer,
      UUID rewardId,
      int tier,
      Instant causedAt,
      Instant settledAt,
      Instant now) {
    return push(
        rewardId,
        customerId,
        customer,
        english -> Notice.toReferred(tier, english),
        causedAt,
        settledAt,
        now);
  }

  private Optional<Push> push(
      UUID rewardId,
      UUID customerId,
      Customer customer,
      Function<Boolean, Notice> texts,
      Instant causedAt,
      Instant settledAt,
      Instant now) {
    Instant deadline = settledAt.plus(lifetime);
    List<Push.Address> addresses = customer.addresses();
    if (!now.isBefore(deadline)) {
      return Optional.empty();
    }
    boolean english = !addresses.isEmpty() && customer.english();
    Notice notice = texts.apply(english);
    return Optional.of(
        new Push(
            RewardId.push(rewardId, customerId),
            customerId,
            notice.title(),
            notice.body(),
            notice.data(),
            notice.deepLink(),
            notice.imageUrl(),
            Push.Lane.REWARD,
            addresses,
            causedAt,
            deadline,
            null));
  }
}
