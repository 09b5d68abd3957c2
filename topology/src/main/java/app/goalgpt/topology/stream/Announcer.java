package app.goalgpt.topology.stream;

import app.goalgpt.messages.RewardId;
import app.goalgpt.topology.announcement.Pushes;
import app.goalgpt.topology.announcement.SettledReward;
import app.goalgpt.topology.customer.Customer;
import java.time.Instant;
import java.util.UUID;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Announces each settled reward once: on its public topic, and by a push to each who is to be told.
 * What was announced is kept in a store; a store that is found new is filled from the public topics
 * first, so that reading everything again announces nothing.
 */
final class Announcer {
  /** The store's entry for "everything settled up to then is announced". */
  private static final UUID HORIZON = new UUID(0, 0);

  private final KeyValueStore<UUID, Instant> announced;
  private final Pushes pushes;
  private final Outputs outputs;
  private final AnnouncementHistory.Tail remembered;
  private boolean ready;

  /**
   * @param partition the task's partition
   */
  Announcer(
      KeyValueStore<UUID, Instant> announced,
      AnnouncementHistory history,
      int partition,
      Pushes pushes,
      Outputs outputs) {
    this.announced = announced;
    this.pushes = pushes;
    this.outputs = outputs;
    remembered =
        announced.get(HORIZON) == null ? history.read(partition) : AnnouncementHistory.Tail.EMPTY;
  }

  /** A row of the ledger, of a customer of this task. */
  void announce(UUID customerId, Customer customer, SettledReward reward, Instant now) {
    if (!isNews(reward)) {
      return;
    }
    announced.put(reward.rewardId(), reward.settledAt());
    if (reward instanceof SettledReward.Badge badge) {
      outputs.badgeUnlocked(badge.event());
      pushes.ofBadge(customerId, customer, badge, now).ifPresent(outputs::push);
    } else if (reward instanceof SettledReward.Tier tier) {
      outputs.referralTierReached(tier.event());
      pushes.toReferrer(customerId, customer, tier, now).ifPresent(outputs::push);
      outputs.fact(
          tier.event().referredId(),
          new CustomerFact.WelcomeReward(
              tier.rewardId(),
              tier.event().tier(),
              tier.event().cause().committedAt(),
              tier.settledAt()));
    }
  }

  /** What was told of a customer of another task who referred this one. */
  void welcome(UUID customerId, Customer customer, CustomerFact.WelcomeReward reward, Instant now) {
    remember();
    UUID id = RewardId.push(reward.rewardId(), customerId);
    if (announced.get(id) != null) {
      return;
    }
    announced.put(id, reward.settledAt());
    pushes
        .toReferred(
            customerId,
            customer,
            reward.rewardId(),
            reward.tier(),
            reward.causedAt(),
            reward.settledAt(),
            now)
        .ifPresent(outputs::push);
  }

  /** Whether that push stood on its topic already when this task's state was found new. */
  boolean hasPushed(UUID pushId) {
    remember();
    return announced.get(pushId) != null;
  }

  private boolean isNews(SettledReward reward) {
    remember();
    return reward.settledAt().isAfter(announced.get(HORIZON))
        && announced.get(reward.rewardId()) == null;
  }

  /** Not in the constructor: stores are written while a record is processed. */
  private void remember() {
    if (!ready && announced.get(HORIZON) == null) {
      announced.put(HORIZON, remembered.horizon());
      remembered.recent().forEach(announced::put);
    }
    ready = true;
  }
}
