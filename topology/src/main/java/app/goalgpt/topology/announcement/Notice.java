package app.goalgpt.topology.announcement;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What one customer is told of a settled reward: the seeds' texts to the letter, and our English
 * for customers whose locale is en.
 *
 * @param imageUrl null for none
 */
public record Notice(
    String title, String body, Map<String, String> data, String deepLink, String imageUrl) {
  private static final String REFERRALS = "goalgpt://referrals";

  /** SPEC, "Settling a badge". */
  static Notice badge(SettledReward.Badge badge, boolean english) {
    Map<String, String> data = Map.of("type", "badge_unlock");
    String link = "goalgpt://badges";
    return english && badge.nameEn() != null
        ? new Notice(
            "New Badge! 🎖️",
            "You earned the %s badge!".formatted(badge.nameEn()),
            data,
            link,
            badge.iconUrl())
        : new Notice(
            "Yeni Rozet! 🎖️",
            "%s rozetini kazandın!".formatted(badge.nameTr()),
            data,
            link,
            badge.iconUrl());
  }

  /**
   * Several badges in one push: our words, the seeds have none.
   *
   * @param badges at least two, in the order of their settlement
   */
  static Notice badges(List<SettledReward.Badge> badges, boolean english) {
    Map<String, String> data =
        Map.of("type", "badge_unlock", "count", Integer.toString(badges.size()));
    String link = "goalgpt://badges";
    String icon = badges.get(0).iconUrl();
    boolean named = badges.stream().allMatch(badge -> badge.nameEn() != null);
    return english && named
        ? new Notice(
            "New Badges! 🎖️",
            "You earned the %s badges!".formatted(names(badges, SettledReward.Badge::nameEn)),
            data,
            link,
            icon)
        : new Notice(
            "Yeni Rozetler! 🎖️",
            "%s rozetlerini kazandın!".formatted(names(badges, SettledReward.Badge::nameTr)),
            data,
            link,
            icon);
  }

  private static String names(
      List<SettledReward.Badge> badges, Function<SettledReward.Badge, String> name) {
    return badges.stream().map(name).collect(Collectors.joining(", "));
  }

  /** To the customer who invited. */
  static Notice toReferrer(int tier, boolean english) {
    if (tier == 2) {
      return english
          ? referral(2, "Your friend logged in!", "You earned 50 credits 💰")
          : referral(2, "Arkadaşın giriş yaptı!", "50 kredi kazandın 💰");
    }
    return english
        ? referral(3, "Your friend went VIP!", "You earned 200 credits + 500 XP 🎉")
        : referral(3, "Arkadaşın VIP oldu!", "200 kredi + 500 XP kazandın 🎉");
  }

  /** To the customer who was invited. */
  static Notice toReferred(int tier, boolean english) {
    if (tier == 2) {
      return english
          ? referral(2, "Welcome!", "10 credits, our gift to you 🎁")
          : referral(2, "Hoş geldin!", "10 kredi hediyemiz 🎁");
    }
    return english
        ? referral(3, "Welcome to VIP! 👑", "Enjoy your VIP membership")
        : referral(3, "VIP'e hoş geldin! 👑", "VIP üyeliğinin keyfini çıkar");
  }

  private static Notice referral(int tier, String title, String body) {
    return new Notice(title, body, Map.of("type", "referral_tier" + tier), REFERRALS, null);
  }
}
