package app.goalgpt.topology.customer;

import app.goalgpt.messages.Push;
import app.goalgpt.topology.change.Version;
import app.goalgpt.topology.change.Versioned;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All that decisions need to know about one customer: one read and one write per fact. Tables with
 * few rows per customer are kept row by row; of those with many only the tallies are here.
 *
 * @param badges the badge that each row of {@code customer_badges} gives
 * @param claims the newest daily rewards claimed, see {@link Claims}
 * @param decided badges decided and not yet seen unlocked, whose condition has held since, with the
 *     version of the rule that was met
 * @param decidedTier the tier decided on the referral's present version, 0 for none
 * @param hours in which the customer did something, of the business zone
 */
public record Customer(
    Versioned<Profile> profile,
    Versioned<Standing> standing,
    Versioned<Credits> credits,
    Tallies tallies,
    Map<UUID, Versioned<Instant>> logins,
    Map<UUID, Versioned<Subscription>> subscriptions,
    Map<UUID, Versioned<Device>> devices,
    Map<UUID, Versioned<UUID>> badges,
    Map<UUID, Versioned<Claim>> claims,
    Map<UUID, Long> decided,
    Versioned<Referral> referral,
    int decidedTier,
    ActiveHours hours) {

  public static final Customer UNKNOWN =
      new Customer(
          Versioned.unknown(),
          Versioned.unknown(),
          Versioned.unknown(),
          Tallies.NONE,
          Map.of(),
          Map.of(),
          Map.of(),
          Map.of(),
          Map.of(),
          Map.of(),
          Versioned.unknown(),
          0,
          ActiveHours.NONE);

  /**
   * This customer after the fact; this same object when the fact is no news.
   *
   * @throws IllegalArgumentException for {@link Fact.Counted}, which needs the row's past: see
   *     {@link #counting}
   */
  public Customer with(Version version, Fact fact) {
    Draft draft = new Draft(this);
    if (fact instanceof Fact.Profiled profiled) {
      draft.profile = profile.with(version, profiled.profile());
      if (draft.profile != profile) {
        // What was refused while deleted may be earned now.
        draft.decided = Map.of();
        draft.decidedTier = 0;
      }
    } else if (fact instanceof Fact.Ranked ranked) {
      draft.standing = standing.with(version, ranked.standing());
    } else if (fact instanceof Fact.Credited credited) {
      draft.credits = credits.with(version, credited.credits());
    } else if (fact instanceof Fact.LoggedIn login) {
      draft.logins = with(logins, login.identityId(), version, login.at());
    } else if (fact instanceof Fact.Subscribed subscribed) {
      draft.subscriptions =
          with(subscriptions, subscribed.subscriptionId(), version, subscribed.subscription());
      if (draft.subscriptions != subscriptions && decidedTier == 3) {
        draft.decidedTier = 0; // time ends subscriptions too: the ledger may have found none
      }
    } else if (fact instanceof Fact.Reachable device) {
      draft.devices = with(devices, device.tokenId(), version, device.device());
    } else if (fact instanceof Fact.Claimed claimed) {
      draft.claims = Claims.newest(with(claims, claimed.rowId(), version, claimed.claim()), claims);
    } else if (fact instanceof Fact.HasBadge held) {
      draft.badges = with(badges, held.rowId(), version, held.badgeId());
      if (draft.badges != badges) {
        draft.decided = without(decided, draft.badges.get(held.rowId()).value());
      }
    } else if (fact instanceof Fact.WasReferred referred) {
      draft.referral = referral.with(version, referred.referral());
      draft.decidedTier = draft.referral == referral ? decidedTier : 0;
    } else {
      throw new IllegalArgumentException("counted rows are not applied one by one: " + fact);
    }
    return draft.customer();
  }

  /**
   * This customer after one of the counted rows came to contribute something else. Referrals come
   * from several partitions: one that is lost may be told after one that was won later, so that a
   * moment in which the ledger refused is never seen here. Hence their loss takes the marks along.
   */
  public Customer counting(Tallies before, Tallies after) {
    Draft draft = new Draft(this);
    draft.tallies = tallies.moved(before, after);
    if (!decided.isEmpty() && after.hasFewerReferralsThan(before)) {
      draft.decided = Map.of();
    }
    return draft.customer();
  }

  public Customer decidedBadge(UUID badgeId, long ruleVersion) {
    Draft draft = new Draft(this);
    draft.decided = new TreeMap<>(decided);
    draft.decided.put(badgeId, ruleVersion);
    return draft.customer();
  }

  public Customer undecidedBadge(UUID badgeId) {
    if (!decided.containsKey(badgeId)) {
      return this;
    }
    Draft draft = new Draft(this);
    draft.decided = without(decided, badgeId);
    return draft.customer();
  }

  public Customer decidedTier(int tier) {
    if (tier == decidedTier) {
      return this;
    }
    Draft draft = new Draft(this);
    draft.decidedTier = tier;
    return draft.customer();
  }

  /**
   * This customer after doing something at that time; this same object when that is no news.
   *
   * @param zone of the hours
   */
  public Customer activeAt(Instant at, ZoneId zone) {
    ActiveHours more = hours.with(at, zone);
    if (more == hours) {
      return this;
    }
    Draft draft = new Draft(this);
    draft.hours = more;
    return draft.customer();
  }

  /** Whether the customer is known, and deleted. */
  public boolean isDeleted() {
    return profile.isPresent() && profile.value().deleted();
  }

  /** Whether the customer is known, and not deleted. */
  public boolean isAlive() {
    return profile.isPresent() && !profile.value().deleted();
  }

  /** The badges that the customer holds. */
  public Set<UUID> heldBadges() {
    return badges.values().stream()
        .filter(Versioned::isPresent)
        .map(Versioned::value)
        .collect(Collectors.toSet());
  }

  public boolean hasActiveSubscription(Instant now) {
    return subscriptions.values().stream()
        .anyMatch(subscription -> subscription.isPresent() && subscription.value().isActiveAt(now));
  }

  /** Whether some identity logged in, not later than that; null sets no limit. */
  public boolean hasLoggedIn(Instant notAfter) {
    return logins.values().stream()
        .filter(Versioned::isPresent)
        .anyMatch(login -> notAfter == null || !login.value().isAfter(notAfter));
  }

  /** How many badges the customer holds. */
  public long badgeCount() {
    return heldBadges().size();
  }

  /** The active devices, whoever may be told on them. */
  public Stream<Device> activeDevices() {
    return devices.values().stream().filter(Versioned::isPresent).map(Versioned::value);
  }

  /** Whether there is a device that a push goes to. */
  public boolean isReachable() {
    if (mayBeTold()) {
      for (Versioned<Device> device : devices.values()) {
        if (device.isPresent()) {
          return true;
        }
      }
    }
    return false;
  }

  /** Where a push goes to: nowhere for those who are not to be told. */
  public List<Push.Address> addresses() {
    if (!mayBeTold()) {
      return List.of();
    }
    return devices.entrySet().stream()
        .filter(device -> device.getValue().isPresent())
        .<Push.Address>map(
            device ->
                new Push.RegistrationToken(device.getKey(), device.getValue().value().token()))
        .toList();
  }

  /** Whether the customer is told in English rather than in Turkish. */
  public boolean english() {
    return profile.get().filter(Profile::english).isPresent();
  }

  private boolean mayBeTold() {
    return isAlive() && profile.value().pushAllowed();
  }

  private static <T> Map<UUID, Versioned<T>> with(
      Map<UUID, Versioned<T>> rows, UUID id, Version version, T value) {
    Versioned<T> before = rows.getOrDefault(id, Versioned.unknown());
    Versioned<T> after = before.with(version, value);
    if (after == before) {
      return rows;
    }
    Map<UUID, Versioned<T>> copy = new HashMap<>(rows);
    copy.put(id, after);
    return copy;
  }

  private static Map<UUID, Long> without(Map<UUID, Long> decided, UUID badgeId) {
    if (badgeId == null || !decided.containsKey(badgeId)) {
      return decided;
    }
    Map<UUID, Long> copy = new HashMap<>(decided);
    copy.remove(badgeId);
    return copy;
  }

  /** The components, one of which is about to differ: keeps the long constructor in one place. */
  private static final class Draft {
    private final Customer from;
    private Versioned<Profile> profile;
    private Versioned<Standing> standing;
    private Versioned<Credits> credits;
    private Tallies tallies;
    private Map<UUID, Versioned<Instant>> logins;
    private Map<UUID, Versioned<Subscription>> subscriptions;
    private Map<UUID, Versioned<Device>> devices;
    private Map<UUID, Versioned<UUID>> badges;
    private Map<UUID, Versioned<Claim>> claims;
    private Map<UUID, Long> decided;
    private Versioned<Referral> referral;
    private int decidedTier;
    private ActiveHours hours;

    Draft(Customer from) {
      this.from = from;
      profile = from.profile;
      standing = from.standing;
      credits = from.credits;
      tallies = from.tallies;
      logins = from.logins;
      subscriptions = from.subscriptions;
      devices = from.devices;
      badges = from.badges;
      claims = from.claims;
      decided = from.decided;
      referral = from.referral;
      decidedTier = from.decidedTier;
      hours = from.hours;
    }

    Customer customer() {
      boolean same =
          profile == from.profile
              && standing == from.standing
              && credits == from.credits
              && Objects.equals(tallies, from.tallies)
              && logins == from.logins
              && subscriptions == from.subscriptions
              && devices == from.devices
              && badges == from.badges
              && claims == from.claims
              && decided == from.decided
              && referral == from.referral
              && decidedTier == from.decidedTier
              && hours == from.hours;
      return same
          ? from
          : new Customer(
              profile,
              standing,
              credits,
              tallies,
              logins,
              subscriptions,
              devices,
              badges,
              claims,
              decided,
              referral,
              decidedTier,
              hours);
    }
  }
}
