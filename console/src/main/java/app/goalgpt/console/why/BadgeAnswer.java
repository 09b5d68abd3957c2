package app.goalgpt.console.why;

import app.goalgpt.connectors.queries.BadgeRow;
import app.goalgpt.connectors.queries.LedgerRow;
import app.goalgpt.connectors.queries.Standing;
import app.goalgpt.messages.MalformedMessageException;
import app.goalgpt.topology.badge.Condition;
import app.goalgpt.topology.badge.ConditionReader;
import java.time.Instant;
import java.util.UUID;

/**
 * Why a customer has, or has not, a badge.
 *
 * @param condition unlock_condition as it stands in the row
 * @param asks the condition in words; null for a bad rule
 * @param value what the customer has now, in words; null for a bad rule
 * @param progress 0 to 1
 * @param met whether the condition holds now
 * @param has whether the customer has the badge
 * @param why the answer, in a sentence
 * @param unlockedAt null when the customer has it not
 * @param ledger the row that settled it; null where there is none
 */
public record BadgeAnswer(
    UUID badgeId,
    String slug,
    String nameTr,
    String nameEn,
    String rarity,
    String condition,
    String asks,
    String value,
    double progress,
    boolean met,
    boolean has,
    Verdict verdict,
    String why,
    Instant unlockedAt,
    LedgerRow ledger) {

  public enum Verdict {
    /** Has it: this system settled it. */
    SETTLED,
    /** Has it, and not from this system. */
    GIVEN_BY_THE_APP,
    /** Has it not: the condition does not hold. */
    NOT_MET,
    /** The condition holds, and the badge is not there (yet). */
    MET_NOT_SETTLED,
    /** The badge awards nothing now. */
    BADGE_OFF,
    /** The badge is given by hand only. */
    BY_HAND,
    /** What the badge asks for cannot be understood. */
    BAD_RULE,
    CUSTOMER_DELETED
  }

  /**
   * @param ledger null where no reward of this badge and customer is settled
   */
  public static BadgeAnswer of(BadgeRow badge, Standing standing, LedgerRow ledger) {
    try {
      Condition condition = ConditionReader.read(badge.condition());
      Measure measure = Measure.of(condition, standing);
      Verdict verdict = verdict(badge, condition, measure, standing, ledger);
      return answer(badge, measure, verdict, why(badge, measure, verdict, ledger), ledger);
    } catch (MalformedMessageException badRule) {
      Measure none = new Measure(null, null, 0, false);
      Verdict verdict = badge.unlockedAt() == null ? Verdict.BAD_RULE : held(badge, ledger);
      String why =
          "The badge's rule cannot be understood, it awards nothing: " + badRule.getMessage();
      return answer(badge, none, verdict, why, ledger);
    }
  }

  private static BadgeAnswer answer(
      BadgeRow badge, Measure measure, Verdict verdict, String why, LedgerRow ledger) {
    return new BadgeAnswer(
        badge.id(),
        badge.slug(),
        badge.nameTr(),
        badge.nameEn(),
        badge.rarity(),
        badge.condition(),
        measure.asks(),
        measure.value(),
        measure.progress(),
        measure.met(),
        badge.unlockedAt() != null,
        verdict,
        why,
        badge.unlockedAt(),
        ledger);
  }

  private static Verdict held(BadgeRow badge, LedgerRow ledger) {
    return ledger == null ? Verdict.GIVEN_BY_THE_APP : Verdict.SETTLED;
  }

  private static Verdict verdict(
      BadgeRow badge, Condition condition, Measure measure, Standing standing, LedgerRow ledger) {
    if (badge.unlockedAt() != null) {
      return held(badge, ledger);
    }
    if (!standing.lives()) {
      return Verdict.CUSTOMER_DELETED;
    }
    if (badge.deleted() || !badge.active()) {
      return Verdict.BADGE_OFF;
    }
    if (condition instanceof Condition.Manual) {
      return Verdict.BY_HAND;
    }
    return measure.met() ? Verdict.MET_NOT_SETTLED : Verdict.NOT_MET;
  }

  private static String why(BadgeRow badge, Measure measure, Verdict verdict, LedgerRow ledger) {
    return switch (verdict) {
      case SETTLED -> settled(measure, ledger);
      case GIVEN_BY_THE_APP ->
          "Has it, though not from this system: the app, or somebody by hand, gave it.";
      case NOT_MET -> "Asks for %s; now it is %s.".formatted(measure.asks(), measure.value());
      case MET_NOT_SETTLED ->
          ledger == null
              ? "The condition holds (%s; it asks for %s), and nothing is settled. Rewards take seconds at most: if this stays, look at the dead letters and at capture's lag."
                  .formatted(measure.value(), measure.asks())
              : "It was settled, and the app has taken it away since. A reward is settled once.";
      case BADGE_OFF ->
          "The badge is %s: it awards nothing.".formatted(badge.deleted() ? "deleted" : "inactive");
      case BY_HAND -> "This badge is given by hand only.";
      case CUSTOMER_DELETED -> "The customer is deleted, and earns nothing.";
      case BAD_RULE -> "The badge's rule cannot be understood.";
    };
  }

  private static String settled(Measure measure, LedgerRow ledger) {
    String met =
        "Met with %s by the row of %s that was committed at %s; settled at %s."
            .formatted(ledger.value(), ledger.causeTable(), ledger.causedAt(), ledger.settledAt());
    return measure.met()
        ? met
        : met + " The condition does not hold any more; a badge once unlocked stays.";
  }
}
