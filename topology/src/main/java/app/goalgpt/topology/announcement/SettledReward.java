package app.goalgpt.topology.announcement;

import app.goalgpt.messages.BadgeUnlocked;
import app.goalgpt.messages.Cause;
import app.goalgpt.messages.Decision;
import app.goalgpt.messages.ReferralTierReached;
import app.goalgpt.topology.change.Row;
import java.time.Instant;
import java.util.UUID;

/** A row of the ledger, as what is made public of it and what its push needs besides. */
public sealed interface SettledReward {

  UUID rewardId();

  Instant settledAt();

  record Badge(BadgeUnlocked event, String nameTr, String nameEn, String iconUrl)
      implements SettledReward {
    @Override
    public UUID rewardId() {
      return event.rewardId();
    }

    @Override
    public Instant settledAt() {
      return event.settledAt();
    }
  }

  record Tier(ReferralTierReached event) implements SettledReward {
    @Override
    public UUID rewardId() {
      return event.rewardId();
    }

    @Override
    public Instant settledAt() {
      return event.settledAt();
    }
  }

  /**
   * @throws app.goalgpt.messages.MalformedMessageException naming the column that is not as it
   *     should be
   */
  static SettledReward read(Row row) {
    return switch (row.text("kind")) {
      case Decision.BADGE_UNLOCK -> badge(row);
      case Decision.REFERRAL_TIER -> tier(row);
      default ->
          throw row.malformed("kind", Decision.BADGE_UNLOCK + " or " + Decision.REFERRAL_TIER);
    };
  }

  private static Badge badge(Row row) {
    BadgeUnlocked event =
        new BadgeUnlocked(
            BadgeUnlocked.SCHEMA_VERSION,
            row.uuid("id"),
            row.uuid("customer_user_id"),
            row.uuid("badge_id"),
            row.text("badge_slug"),
            row.text("condition"),
            row.text("value"),
            cause(row),
            row.count("xp"),
            row.count("credits"),
            row.count("vip_days"),
            row.optionalText("level_reached").orElse(null),
            row.count("level_credits"),
            time(row, "decided_at"),
            time(row, "settled_at"));
    return new Badge(
        event,
        row.text("badge_name_tr"),
        row.optionalText("badge_name_en").orElse(null),
        row.optionalText("badge_icon_url").orElse(null));
  }

  private static Tier tier(Row row) {
    return new Tier(
        new ReferralTierReached(
            ReferralTierReached.SCHEMA_VERSION,
            row.uuid("id"),
            row.uuid("referral_id"),
            row.count("tier"),
            row.uuid("customer_user_id"),
            row.uuid("referred_user_id"),
            cause(row),
            row.count("xp"),
            row.count("credits"),
            row.count("referred_credits"),
            row.optionalText("level_reached").orElse(null),
            row.count("level_credits"),
            time(row, "decided_at"),
            time(row, "settled_at")));
  }

  private static Cause cause(Row row) {
    return new Cause(
        row.text("cause_table"),
        row.text("cause_row_id"),
        row.number("cause_lsn"),
        time(row, "cause_committed_at"));
  }

  private static Instant time(Row row, String column) {
    return row.instant(column).orElseThrow(() -> row.malformed(column, "a timestamp"));
  }
}
