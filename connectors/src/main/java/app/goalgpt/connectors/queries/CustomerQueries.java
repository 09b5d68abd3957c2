package app.goalgpt.connectors.queries;

import app.goalgpt.connectors.audit.Audit;
import app.goalgpt.messages.AppTables;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** One customer, and what rewards hang on. */
public final class CustomerQueries {
  private static final int LISTED = 200;

  private static final String CUSTOMER =
      """
      SELECT u.{customer_users.id} AS id, u.{customer_users.full_name} AS name,
             regexp_replace(u.{customer_users.email}, '^(.).*@', '\\1…@') AS email,
             u.{customer_users.locale_preference} AS locale, u.{customer_users.created_at} AS created_at,
             u.{customer_users.deleted_at} AS deleted_at, x.{customer_xp.level} AS level,
             x.{customer_xp.xp_points} AS xp_points, x.{customer_xp.current_streak_days} AS streak_days,
             c.{customer_credits.balance} AS balance,
             (SELECT count(*) FROM {customer_push_tokens} t
               WHERE t.{customer_push_tokens.customer_user_id} = u.{customer_users.id}
                 AND t.{customer_push_tokens.is_active}) AS devices
        FROM {customer_users} u
        LEFT JOIN {customer_xp} x ON x.{customer_xp.customer_user_id} = u.{customer_users.id}
        LEFT JOIN {customer_credits} c ON c.{customer_credits.customer_user_id} = u.{customer_users.id}
      """;

  private static final String BY_ID = CUSTOMER + " WHERE u.{customer_users.id} = ?";

  /** By the app's index on the lower-case address of those who are not deleted. */
  private static final String BY_EMAIL =
      CUSTOMER
          + " WHERE lower(u.{customer_users.email}) = lower(?)"
          + " AND u.{customer_users.deleted_at} IS NULL";

  private static final String STANDING =
      """
       SELECT lives, comments, likes, won, settled, tier1, tier2, tier3, streak, level, earned
         FROM person WHERE customer_id = ?
      """;

  private static final String BADGES =
      """
      SELECT b.{badges.id} AS id, b.{badges.slug} AS slug, b.{badges.name_tr} AS name_tr, b.{badges.name_en} AS name_en,
             b.{badges.rarity} AS rarity, b.{badges.unlock_condition}::text AS condition, b.{badges.reward_xp} AS xp,
             b.{badges.reward_credits} AS credits, b.{badges.reward_vip_days} AS vip_days,
             b.{badges.is_active} AS active, b.{badges.deleted_at} IS NOT NULL AS deleted,
             o.{customer_badges.unlocked_at} AS unlocked_at, o.{customer_badges.metadata}::text AS metadata
        FROM {badges} b
        LEFT JOIN {customer_badges} o ON o.{customer_badges.badge_id} = b.{badges.id}
             AND o.{customer_badges.customer_user_id} = ?
       ORDER BY b.{badges.display_order}, b.{badges.slug}
      """;

  private static final String REFERRALS =
      """
      SELECT r.{referrals.id} AS id, r.{referrals.referrer_user_id} AS referrer, r.{referrals.referred_user_id} AS referred,
             r.{referrals.status} AS status, r.{referrals.tier} AS tier, r.{referrals.created_at} AS created_at,
             r.{referrals.expires_at} AS expires_at
        FROM {referrals} r
       WHERE r.{referrals.referrer_user_id} = ? OR r.{referrals.referred_user_id} = ?
       ORDER BY r.{referrals.created_at} DESC LIMIT %d
      """
          .formatted(LISTED);

  private static final String LEDGER =
      "SELECT * FROM {reward_ledger} WHERE id = ANY (?::uuid[]) ORDER BY settled_at DESC";

  private final AppTables tables;

  public CustomerQueries(AppTables tables) {
    this.tables = tables;
  }

  public Optional<CustomerRecord> byId(Connection connection, UUID id) throws SQLException {
    return Rows.of(connection, tables.sql(BY_ID), List.of(id), CustomerQueries::customer).stream()
        .findFirst();
  }

  /** A deleted customer has no e-mail address to be found by. */
  public Optional<CustomerRecord> byEmail(Connection connection, String email) throws SQLException {
    return Rows.of(connection, tables.sql(BY_EMAIL), List.of(email), CustomerQueries::customer)
        .stream()
        .findFirst();
  }

  /**
   * What conditions ask about, counted by the audit's SQL; empty when there is no such customer.
   */
  public Optional<Standing> standing(Connection connection, UUID id) throws SQLException {
    String sql = Audit.facts(tables) + STANDING;
    return Rows.of(connection, sql, List.of(id), CustomerQueries::standing).stream().findFirst();
  }

  /** Every badge, deleted ones included, with the customer's row where there is one. */
  public List<BadgeRow> badges(Connection connection, UUID id) throws SQLException {
    return Rows.of(connection, tables.sql(BADGES), List.of(id), CustomerQueries::badge);
  }

  /** The newest 200 referrals in which the customer has a part. */
  public List<ReferralRow> referrals(Connection connection, UUID id) throws SQLException {
    return Rows.of(connection, tables.sql(REFERRALS), List.of(id, id), CustomerQueries::referral);
  }

  /** Those of the rewards that are settled, newest first. */
  public List<LedgerRow> ledger(Connection connection, Collection<UUID> rewardIds)
      throws SQLException {
    Object[] ids = rewardIds.stream().map(UUID::toString).toArray();
    return Rows.of(
        connection, tables.sql(LEDGER), List.of((Object) ids), CustomerQueries::ledgerRow);
  }

  private static CustomerRecord customer(ResultSet row) throws SQLException {
    return new CustomerRecord(
        row.getObject("id", UUID.class),
        row.getString("name"),
        row.getString("email"),
        row.getString("locale"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "deleted_at"),
        row.getString("level"),
        Rows.number(row, "xp_points"),
        Rows.number(row, "streak_days"),
        Rows.number(row, "balance"),
        row.getLong("devices"));
  }

  private static Standing standing(ResultSet row) throws SQLException {
    return new Standing(
        row.getBoolean("lives"),
        row.getLong("comments"),
        row.getLong("likes"),
        row.getLong("won"),
        row.getLong("settled"),
        new long[] {row.getLong("tier1"), row.getLong("tier2"), row.getLong("tier3")},
        Rows.number(row, "streak"),
        Rows.number(row, "level"),
        Rows.number(row, "earned"));
  }

  private static BadgeRow badge(ResultSet row) throws SQLException {
    return new BadgeRow(
        row.getObject("id", UUID.class),
        row.getString("slug"),
        row.getString("name_tr"),
        row.getString("name_en"),
        row.getString("rarity"),
        row.getString("condition"),
        row.getInt("xp"),
        row.getInt("credits"),
        row.getInt("vip_days"),
        row.getBoolean("active"),
        row.getBoolean("deleted"),
        Rows.instant(row, "unlocked_at"),
        row.getString("metadata"));
  }

  private static ReferralRow referral(ResultSet row) throws SQLException {
    return new ReferralRow(
        row.getObject("id", UUID.class),
        row.getObject("referrer", UUID.class),
        row.getObject("referred", UUID.class),
        row.getString("status"),
        row.getInt("tier"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "expires_at"));
  }

  private static LedgerRow ledgerRow(ResultSet row) throws SQLException {
    Instant settledAt = Rows.instant(row, "settled_at");
    Long tier = Rows.number(row, "tier");
    return new LedgerRow(
        row.getObject("id", UUID.class),
        row.getString("kind"),
        row.getObject("customer_user_id", UUID.class),
        row.getObject("badge_id", UUID.class),
        row.getString("badge_slug"),
        row.getString("condition"),
        row.getString("value"),
        row.getObject("referral_id", UUID.class),
        tier == null ? null : tier.intValue(),
        row.getObject("referred_user_id", UUID.class),
        row.getString("cause_table"),
        row.getString("cause_row_id"),
        row.getLong("cause_lsn"),
        Rows.instant(row, "cause_committed_at"),
        row.getInt("xp"),
        row.getInt("credits"),
        row.getInt("vip_days"),
        row.getInt("referred_credits"),
        row.getString("level_reached"),
        row.getInt("level_credits"),
        Rows.instant(row, "decided_at"),
        settledAt);
  }
}
