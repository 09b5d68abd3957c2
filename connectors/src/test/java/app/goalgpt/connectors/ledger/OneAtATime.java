package app.goalgpt.connectors.ledger;

import app.goalgpt.messages.Decision;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What SPEC says that settling does, written plainly: one decision after the other, on maps. The
 * oracle of the settling statement.
 */
final class OneAtATime {
  static final List<String> LEVELS =
      List.of("bronze", "silver", "gold", "platinum", "diamond", "vip_elite");
  static final int[] POINTS = {0, 500, 2000, 5000, 10000, 25000};
  static final int[] CREDITS = {0, 25, 50, 100, 250, 500};

  /**
   * @param asksFor whose number the condition asks for
   * @param count how many of them
   */
  record Badge(
      String condition,
      Map<UUID, Integer> asksFor,
      int count,
      int xp,
      int credits,
      boolean active,
      boolean deleted) {}

  static final class Referral {
    final UUID referrer;
    final UUID referred;
    int tier;
    String status;

    Referral(UUID referrer, UUID referred, int tier, String status) {
      this.referrer = referrer;
      this.referred = referred;
      this.tier = tier;
      this.status = status;
    }
  }

  static final class Xp {
    int points;
    int total;
    int achievements;
  }

  static final class Credits {
    int balance;
    int lifetime;
  }

  final Set<UUID> living = new HashSet<>();
  final Map<UUID, Integer> comments = new HashMap<>();
  final Map<UUID, Integer> wins = new HashMap<>();
  final Set<UUID> loggedIn = new HashSet<>();
  final Set<UUID> subscribed = new HashSet<>();
  final Map<UUID, Badge> badges = new LinkedHashMap<>();
  final Map<UUID, Referral> referrals = new LinkedHashMap<>();
  final Map<UUID, Xp> xp = new TreeMap<>();
  final Map<UUID, Credits> credits = new TreeMap<>();
  final Set<String> unlocked = new HashSet<>();
  final Map<UUID, String> ledger = new TreeMap<>();
  final List<String> xpTransactions = new ArrayList<>();
  final List<String> creditTransactions = new ArrayList<>();
  final Map<UUID, Integer> unlocks = new HashMap<>();

  void settle(Decision decision) {
    if (ledger.containsKey(decision.rewardId())) {
      return;
    }
    if (decision instanceof Decision.BadgeUnlock badge) {
      settle(badge);
    } else {
      settle((Decision.ReferralTier) decision);
    }
  }

  private void settle(Decision.BadgeUnlock d) {
    Badge badge = badges.get(d.badgeId());
    if (badge == null
        || badge.deleted
        || !badge.active
        || !badge.condition.equals(d.condition())
        || !living.contains(d.customerId())
        || badge.asksFor.get(d.customerId()) < badge.count
        || !unlocked.add(d.customerId() + " " + d.badgeId())) {
      return;
    }
    unlocks.merge(d.badgeId(), 1, Integer::sum);
    String reference = d.badgeId() + " badge";
    Grant grant = grant(d.customerId(), badge.xp, "badge_unlock", reference, d.rewardId());
    pay(d.customerId(), badge.credits, "badge_reward", reference, d.rewardId());
    ledger.put(
        d.rewardId(),
        "%s %d %d 0 %s %d"
            .formatted(d.customerId(), badge.xp, badge.credits, grant.level, grant.credits));
  }

  private void settle(Decision.ReferralTier d) {
    Referral referral = referrals.get(d.referralId());
    boolean earner = living.contains(d.referrerId());
    boolean invited = living.contains(d.referredId());
    if (referral == null
        || !referral.referrer.equals(d.referrerId())
        || !referral.referred.equals(d.referredId())
        || referral.tier != d.tier() - 1
        || !referral.status.equals(d.tier() == 2 ? "completed" : "rewarded")
        || !(earner || invited)
        || !(d.tier() == 2 ? loggedIn : subscribed).contains(d.referredId())) {
      return;
    }
    referral.tier = d.tier();
    referral.status = "rewarded";
    String reference = d.referralId() + " referral";
    int points = earner && d.tier() == 3 ? 500 : 0;
    int paid = !earner ? 0 : d.tier() == 2 ? 50 : 200;
    int invitedPaid = invited && d.tier() == 2 ? 10 : 0;
    Grant grant = grant(d.referrerId(), points, "referral_bonus", reference, d.rewardId());
    pay(d.referrerId(), paid, "referral_bonus", reference, d.rewardId());
    pay(d.referredId(), invitedPaid, "referral_bonus", reference, d.rewardId());
    ledger.put(
        d.rewardId(),
        "%s %d %d %d %s %d"
            .formatted(d.referrerId(), points, paid, invitedPaid, grant.level, grant.credits));
  }

  private record Grant(String level, int credits) {}

  private Grant grant(UUID customer, int points, String type, String reference, UUID reward) {
    if (points == 0) {
      return new Grant(null, 0);
    }
    Xp account = xp.computeIfAbsent(customer, id -> new Xp());
    int before = account.points;
    account.points += points;
    account.total += points;
    xpTransactions.add("%s %d %s %s %s".formatted(customer, points, type, reference, reward));
    String level = null;
    int paid = 0;
    for (int i = 1; i < LEVELS.size(); i++) {
      if (before < POINTS[i] && POINTS[i] <= account.points) {
        level = LEVELS.get(i);
        paid += CREDITS[i];
        account.achievements++;
        pay(customer, CREDITS[i], "promotional", reference, reward);
      }
    }
    return new Grant(level, paid);
  }

  private void pay(UUID customer, int amount, String type, String reference, UUID reward) {
    if (amount == 0) {
      return;
    }
    Credits account = credits.computeIfAbsent(customer, id -> new Credits());
    int before = account.balance;
    account.balance += amount;
    account.lifetime += amount;
    creditTransactions.add(
        "%s %d %s %s %d %d %s"
            .formatted(customer, amount, type, reference, before, account.balance, reward));
  }

  /** "points total level progress next achievements". */
  static String line(Xp account) {
    int place = LEVELS.size() - 1;
    while (POINTS[place] > account.points) {
      place--;
    }
    boolean top = place == LEVELS.size() - 1;
    BigDecimal progress =
        top
            ? new BigDecimal("100.00")
            : BigDecimal.valueOf(100L * (account.points - POINTS[place]))
                .divide(
                    BigDecimal.valueOf(POINTS[place + 1] - POINTS[place]), 2, RoundingMode.HALF_UP);
    return "%d %d %s %s %s %d"
        .formatted(
            account.points,
            account.total,
            LEVELS.get(place),
            progress,
            top ? null : String.valueOf(POINTS[place + 1]),
            account.achievements);
  }
}
