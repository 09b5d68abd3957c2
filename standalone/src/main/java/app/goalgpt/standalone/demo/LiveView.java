package app.goalgpt.standalone.demo;

import static app.goalgpt.standalone.demo.Terminal.Style.BOLD;
import static app.goalgpt.standalone.demo.Terminal.Style.CYAN;
import static app.goalgpt.standalone.demo.Terminal.Style.DIM;
import static app.goalgpt.standalone.demo.Terminal.Style.GREEN;
import static app.goalgpt.standalone.demo.Terminal.Style.YELLOW;

import app.goalgpt.embedded.fcm.AcceptedMessage;
import app.goalgpt.messages.BadgeUnlocked;
import app.goalgpt.messages.Delivery;
import app.goalgpt.messages.ReferralTierReached;
import app.goalgpt.standalone.simulation.Badge;
import app.goalgpt.standalone.simulation.BadgeCatalogue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What is settled and sent, as lines for people. While history is being settled only the totals are
 * kept: it comes by the thousand.
 */
final class LiveView implements SettledFeed.Listener {
  private static final int TEXTS_KEPT = 2_000;
  private final Terminal terminal;
  private final Map<UUID, String> names;
  private final Map<String, Badge> badges =
      BadgeCatalogue.all().stream().collect(Collectors.toMap(Badge::slug, Function.identity()));
  private final LineBudget budget;
  private final Map<String, String> texts = texts();
  private volatile Totals totals = new Totals();
  private volatile boolean shown;

  /**
   * @param names of customers by their ids
   * @param linesPerSecond what people can read; the rest is counted
   */
  LiveView(Terminal terminal, Map<UUID, String> names, int linesPerSecond) {
    this.terminal = terminal;
    this.names = names;
    this.budget = new LineBudget(linesPerSecond);
  }

  private static Map<String, String> texts() {
    return new LinkedHashMap<>() {
      @Override
      protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
        return size() > TEXTS_KEPT;
      }
    };
  }

  Totals totals() {
    return totals;
  }

  /** From here on every reward is shown, and the totals begin again. */
  void show() {
    totals = new Totals();
    shown = true;
  }

  /** Lines that were left out since this was last asked. */
  long leftOut() {
    return budget.leftOut();
  }

  @Override
  public void unlocked(BadgeUnlocked badge) {
    Duration taken = totals.add(badge);
    Badge known = badges.get(badge.badgeSlug());
    String name = known == null ? badge.badgeSlug() : known.nameTr();
    line(
        GREEN,
        "badge",
        badge.customerId(),
        "%s (%s)".formatted(name, badge.value()),
        amounts(
            badge.xp(),
            badge.credits(),
            badge.vipDays(),
            badge.levelReached(),
            badge.levelCredits()),
        taken);
  }

  @Override
  public void reached(ReferralTierReached tier) {
    Duration taken = totals.add(tier);
    String friend = name(tier.referredId());
    String why = tier.tier() == 2 ? friend + " logged in" : friend + " subscribed";
    String amounts =
        amounts(
            tier.referrerXp(), tier.referrerCredits(), 0, tier.levelReached(), tier.levelCredits());
    String friends =
        tier.referredCredits() > 0 ? ", friend +%d credits".formatted(tier.referredCredits()) : "";
    line(YELLOW, "tier " + tier.tier(), tier.referrerId(), why, amounts + friends, taken);
  }

  /** A push that FCM took; its line comes with the delivery, which knows how long it took. */
  void accepted(AcceptedMessage message) {
    if (shown) {
      synchronized (texts) {
        texts.put(message.collapseKey(), message.title() + "  " + message.body());
      }
    }
  }

  @Override
  public void delivered(Delivery delivery) {
    Duration taken = totals.add(delivery);
    String text;
    synchronized (texts) {
      text = texts.remove(delivery.pushId().toString());
    }
    if (text != null) {
      line(CYAN, "push", delivery.customerId(), text, "", taken);
    } else {
      String outcomes =
          delivery.results().stream()
              .map(result -> result.outcome().name().toLowerCase(java.util.Locale.ROOT))
              .distinct()
              .collect(Collectors.joining(", "));
      line(DIM, "push", delivery.customerId(), outcomes.replace('_', ' '), "", taken);
    }
  }

  private void line(
      Terminal.Style style, String kind, UUID customer, String what, String more, Duration taken) {
    if (shown && budget.take()) {
      String text = more.isEmpty() ? what : "%-38s %s".formatted(what, more);
      terminal.line(
          "  %s %-18s %-74s %s"
              .formatted(
                  terminal.style(style, "%-6s".formatted(kind)),
                  name(customer),
                  text,
                  terminal.style(BOLD, "%5d ms".formatted(taken.toMillis()))));
    }
  }

  private String name(UUID customer) {
    String name = names.get(customer);
    return name == null ? customer.toString().substring(0, 8) : name;
  }

  private static String amounts(int xp, int credits, int vipDays, String level, int levelCredits) {
    List<String> amounts = new ArrayList<>();
    if (xp > 0) {
      amounts.add("+%,d XP".formatted(xp));
    }
    if (credits > 0) {
      amounts.add("+%,d credits".formatted(credits));
    }
    if (vipDays > 0) {
      amounts.add("+%d VIP days".formatted(vipDays));
    }
    if (level != null) {
      amounts.add("%s (+%d)".formatted(level, levelCredits));
    }
    return String.join(", ", amounts);
  }
}
