package app.goalgpt.topology.stream;

import app.goalgpt.messages.RewardId;
import java.util.Map;
import java.util.UUID;

/** Rows of reward_ledger as the ledger writes them. */
final class LedgerRows {
  private LedgerRows() {}

  static Map<String, Object> badge(UUID customer, UUID badge, String settledAt) {
    return settled(
        Envelopes.row(
            "id",
            RewardId.badge(badge, customer),
            "kind",
            "badge_unlock",
            "customer_user_id",
            customer,
            "badge_id",
            badge,
            "badge_slug",
            "yorumcu",
            "badge_name_tr",
            "Yorumcu",
            "badge_name_en",
            "Commenter",
            "badge_icon_url",
            "https://cdn.invalid/icon.png",
            "condition",
            "{\"type\":\"comments\",\"count\":10}",
            "value",
            "10",
            "level_reached",
            "silver",
            "level_credits",
            25,
            "xp",
            50,
            "credits",
            10,
            "vip_days",
            0),
        settledAt);
  }

  static Map<String, Object> tier(UUID referrer, UUID referred, int tier, String settledAt) {
    UUID referral = UUID.randomUUID();
    return settled(
        Envelopes.row(
            "id",
            RewardId.referralTier(referral, tier),
            "kind",
            "referral_tier",
            "customer_user_id",
            referrer,
            "referred_user_id",
            referred,
            "referral_id",
            referral,
            "tier",
            tier,
            "xp",
            0,
            "credits",
            50,
            "referred_credits",
            10,
            "level_reached",
            null,
            "level_credits",
            0),
        settledAt);
  }

  private static Map<String, Object> settled(Map<String, Object> row, String settledAt) {
    row.putAll(
        Envelopes.row(
            "cause_table",
            "match_comments",
            "cause_row_id",
            "row",
            "cause_lsn",
            77,
            "cause_committed_at",
            "2026-01-12T11:59:59Z",
            "decided_at",
            "2026-01-12T11:59:59.2Z",
            "settled_at",
            settledAt));
    return row;
  }
}
