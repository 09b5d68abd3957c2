package app.goalgpt.topology.stream;

import app.goalgpt.messages.RewardId;
import app.goalgpt.topology.announcement.Pushes;
import app.goalgpt.topology.announcement.SettledReward;
import app.goalgpt.topology.customer.Customer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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

  /**
   * The store's entry for "until then a sweep may come to a push that stands on the topic already".
   * Without it every push of every sweep would ask the store in vain, at the price of a push.
   */
  private static final UUID PUSHES_REMEMBERED_UNTIL = new UUID(0, 1);

  private final KeyValueStore<UUID, Instant> announced;
  private final Pushes pushes;
  private final HeldUnlocks held;
  private final Duration window;
  private final Outputs outputs;
  private final Duration memory;
  private final AnnouncementHistory.Tail remembered;
  private boolean ready;
  private Instant pushesRememberedUntil;

  /**
   * @param partition the task's partition
   * @param memory how long what was found on the pushes topic keeps sweeps from pushing it again
   * @param window how long a badge's push waits for others of its customer
   */
  Announcer(
      KeyValueStore<UUID, Instant> announced,
      AnnouncementHistory history,
      int partition,
      Duration memory,
      Pushes pushes,
      HeldUnlocks held,
      Duration window,
      Outputs outputs) {
    this.announced = announced;
    this.pushes = pushes;
    this.held = held;
    this.window = window;
    this.outputs = outputs;
    this.memory = memory;
    remembered =
        announced.get(HORIZON) == null ? history.read(partition) : AnnouncementHistory.Tail.EMPTY;
  }

  /** A row of the ledger, of a customer of this task. */
  void announce(UUID customerId, Customer customer, SettledReward reward, Instant now) {
    if (!isNews(reward, now)) {
      return;
    }
    announced.put(reward.rewardId(), reward.settledAt());
    if (reward instanceof SettledReward.Badge badge) {
      outputs.badgeUnlocked(badge.event());
      if (window.isZero()) {
        tell(customerId, customer, List.of(badge), now);
      } else {
        held.add(customerId, badge, now.plus(window));
      }
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

  private void tell(
      UUID customerId, Customer customer, List<SettledReward.Badge> badges, Instant now) {
    pushes.ofBadges(customerId, customer, badges, now).ifPresent(outputs::push);
  }

  /** Tells the unlocks whose window is over, all of a customer in one push. */
  void tellHeld(CustomerStore customers, Instant now) {
    held.take(now).forEach((id, badges) -> tell(id, customers.get(id), badges, now));
  }

  /** What was told of a customer of another task who referred this one. */
  void welcome(UUID customerId, Customer customer, CustomerFact.WelcomeReward reward, Instant now) {
    remember(now);
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
  boolean hasPushed(UUID pushId, Instant now) {
    remember(now);
    return now.isBefore(pushesRememberedUntil) && announced.get(pushId) != null;
  }

  private boolean isNews(SettledReward reward, Instant now) {
    remember(now);
    return reward.settledAt().isAfter(announced.get(HORIZON))
        && announced.get(reward.rewardId()) == null;
  }

  /** Not in the constructor: stores are written while a record is processed. */
  private void remember(Instant now) {
    if (ready) {
      return;
    }
    if (announced.get(HORIZON) == null) {
      announced.put(HORIZON, remembered.horizon());
      announced.put(
          PUSHES_REMEMBERED_UNTIL,
          remembered.recent().isEmpty() ? Instant.EPOCH : now.plus(memory));
      remembered.recent().forEach(announced::put);
    }
    Instant until = announced.get(PUSHES_REMEMBERED_UNTIL);
    pushesRememberedUntil = until == null ? Instant.MAX : until; // state of an earlier build
    ready = true;
  }
}
