package app.goalgpt.messages;

import static java.util.Locale.ROOT;

import java.util.List;

/**
 * The app's tables and this system's own (SPEC, "The app's tables"): their names and columns as
 * SPEC has them. What a deployment calls them is in {@link AppTables}.
 */
public enum AppTable {
  // Captured, in the order in which a snapshot reads them: rules and people before what they did.
  BADGES("id", "id", "slug", "unlock_condition", "is_active", "deleted_at"),
  CUSTOMER_USERS("id", "id", "locale_preference", "is_push_allowed_mobile", "deleted_at"),
  CUSTOMER_PUSH_TOKENS("customer_user_id", "id", "customer_user_id", "fcm_token", "is_active"),
  CUSTOMER_BADGES("customer_user_id", "id", "customer_user_id", "badge_id"),
  CUSTOMER_OAUTH_IDENTITIES(
      "customer_user_id", "id", "customer_user_id", "last_login_at", "deleted_at"),
  SUBSCRIPTIONS("customer_user_id", "id", "customer_user_id", "status", "expired_at"),
  REFERRALS(
      "referred_user_id",
      "id",
      "referrer_user_id",
      "referred_user_id",
      "status",
      "tier",
      "expires_at"),
  CUSTOMER_XP("customer_user_id", "id", "customer_user_id", "level", "current_streak_days"),
  CUSTOMER_CREDITS("customer_user_id", "id", "customer_user_id", "lifetime_earned"),
  MATCH_COMMENTS(
      "customer_user_id", "id", "customer_user_id", "like_count", "status", "deleted_at"),
  TS_PREDICTION_MAPPED("purchased_by_user_id", "id", "purchased_by_user_id", "result"),
  /** Ours: one row per settled reward. All of its columns are captured. */
  REWARD_LEDGER("customer_user_id"),

  // Read or written with SQL, not captured.
  CUSTOMER_XP_TRANSACTIONS(null),
  CUSTOMER_CREDIT_TRANSACTIONS(null),
  CUSTOMER_DAILY_REWARDS(null),
  SCHEDULED_NOTIFICATIONS(null),
  PARTNERS(null),
  PARTNER_ANALYTICS(null),
  CUSTOMER_AD_VIEWS(null),
  MATCH_COMMENT_LIKES(null),
  JOB_EXECUTION_LOGS(null);

  private final String customerColumn;
  private final List<String> capturedColumns;

  AppTable(String customerColumn, String... capturedColumns) {
    this.customerColumn = customerColumn;
    this.capturedColumns = List.of(capturedColumns);
  }

  /** The name that SPEC gives the table. */
  public String specName() {
    return name().toLowerCase(ROOT);
  }

  public boolean isCaptured() {
    return customerColumn != null;
  }

  /** The column (SPEC's name) whose value keys the table's change records. */
  public String keyColumn() {
    return customerColumn;
  }

  /** The columns (SPEC's names) that travel, the row's id first; empty for all of them. */
  public List<String> capturedColumns() {
    return capturedColumns;
  }
}
