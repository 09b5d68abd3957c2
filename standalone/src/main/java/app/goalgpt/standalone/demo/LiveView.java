package app.goalgpt.standalone.demo;

import static app.goalgpt.standalone.demo.Terminal.Style.BLUE;
import static app.goalgpt.standalone.demo.Terminal.Style.BOLD;
import static app.goalgpt.standalone.demo.Terminal.Style.CYAN;
import static app.goalgpt.standalone.demo.Terminal.Style.DIM;
import static app.goalgpt.standalone.demo.Terminal.Style.GREEN;
import static app.goalgpt.standalone.demo.Terminal.Style.MAGENTA;
import static app.goalgpt.standalone.demo.Terminal.Style.RED;
import static app.goalgpt.standalone.demo.Terminal.Style.YELLOW;

import app.goalgpt.embedded.fcm.AcceptedMessage;
import app.goalgpt.messages.BadgeUnlocked;
import app.goalgpt.messages.Delivery;
import app.goalgpt.messages.Job;
import app.goalgpt.messages.ReferralTierReached;
import app.goalgpt.standalone.simulation.Badge;
import app.goalgpt.standalone.simulation.BadgeCatalogue;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumMap;
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
final class LiveView implements SettledFeed.Listener, JobBoard.Listener {
  private static final int TEXTS_KEPT = 5_000;

  /** Of each kind of push that a job sends to many at once. */
  private static final int JOB_LINES_PER_SECOND = 3;

  private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm");

  private final Terminal terminal;
  private final Map<UUID, String> names;
  private final Map<String, Badge> badges =
      BadgeCatalogue.all().stream().collect(Collectors.toMap(Badge::slug, Function.identity()));
  private final Map<PushKind, LineBudget> budgets = new EnumMap<>(PushKind.class);
  private final Map<String, Text> texts = texts();
  private final ZoneId zone;
  private volatile Totals totals = new Totals();
  private volatile boolean shown;

  /**
   * @param names of customers by their ids
   * @param zone the business time zone
   * @param linesPerSecond what people can read; the rest is counted
   */
  LiveView(Terminal terminal, Map<UUID, String> names, ZoneId zone, int linesPerSecond) {
    this.terminal = terminal;
    this.names = names;
    this.zone = zone;
    for (PushKind kind : PushKind.values()) {
      budgets.put(kind, new LineBudget(kind.isOfReward() ? linesPerSecond : JOB_LINES_PER_SECOND));
    }
  }

  private record Text(PushKind kind, String words) {}

  private static Map<String, Text> texts() {
    return new LinkedHashMap<>() {
      @Override
      protected boolean removeEldestEntry(Map.Entry<String, Text> eldest) {
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
    return budgets.values().stream().mapToLong(LineBudget::leftOut).sum();
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
        texts.put(
            message.collapseKey(),
            new Text(
                PushKind.ofType(message.message().at("/data/type").asText()),
                message.title() + "  " + message.body()));
      }
    }
  }

  @Override
  public void delivered(Delivery delivery) {
    Text text;
    synchronized (texts) {
      text = texts.remove(delivery.pushId().toString());
    }
    PushKind kind = text == null ? PushKind.of(delivery) : text.kind();
    Duration taken = totals.add(delivery, kind);
    if (text != null) {
      Terminal.Style style = kind.isOfReward() ? CYAN : BLUE;
      line(kind, style, kind.label(), delivery.customerId(), text.words(), "", taken);
    } else {
      String outcomes =
          delivery.results().stream()
              .map(result -> result.outcome().name().toLowerCase(java.util.Locale.ROOT))
              .distinct()
              .collect(Collectors.joining(", "));
      line(kind, DIM, kind.label(), delivery.customerId(), outcomes.replace('_', ' '), "", taken);
    }
  }

  /** Every run, but those that found nothing to start: there is one a second of them. */
  @Override
  public void ran(JobRun run) {
    if (run.items() == 0
        && run.message() == null
        && run.job().equals(Job.SCHEDULED_NOTIFICATIONS.specName())) {
      return;
    }
    String more =
        run.campaign() == null
            ? ""
            : ", %,d accepted: %s".formatted(run.accepted(), run.campaign());
    more += run.message() == null ? "" : ": " + run.message();
    String text =
        "%-26s for %s   %s, %,d items%s"
            .formatted(
                run.job(),
                MINUTE.format(run.plannedAt().atZone(zone)),
                run.status(),
                run.items(),
                more);
    Terminal.Style style = run.status().equals("failed") ? RED : MAGENTA;
    wide(style, "job", text, "%5d ms".formatted(run.took().toMillis()));
  }

  @Override
  public void closed(ClosedDay day) {
    wide(
        MAGENTA,
        "day",
        "%-18s %s   %,d sign-ups, %,d subscriptions, revenue %s, commission %s, %,d active, %,d gone"
            .formatted(
                day.partner(),
                day.date(),
                day.signups(),
                day.subscriptions(),
                day.revenue(),
                day.commission(),
                day.active(),
                day.churned()),
        "");
  }

  private void wide(Terminal.Style style, String kind, String text, String end) {
    terminal.line(
        "  %s %-93s %s"
            .formatted(
                terminal.style(style, "%-8s".formatted(kind)), text, terminal.style(BOLD, end))
            .stripTrailing());
  }

  private void line(
      Terminal.Style style, String kind, UUID customer, String what, String more, Duration taken) {
    line(PushKind.REWARD, style, kind, customer, what, more, taken);
  }

  private void line(
      PushKind budget,
      Terminal.Style style,
      String kind,
      UUID customer,
      String what,
      String more,
      Duration taken) {
    if (shown && budgets.get(budget).take()) {
      String text = more.isEmpty() ? what : "%-38s %s".formatted(what, more);
      terminal.line(
          "  %s %-18s %-74s %s"
              .formatted(
                  terminal.style(style, "%-8s".formatted(kind)),
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
