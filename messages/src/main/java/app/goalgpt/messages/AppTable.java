package app.goalgpt.messages;

import static java.util.Locale.ROOT;

import java.util.List;

/**
 * The app's tables and this system's own (SPEC, "The app's tables"): their names and columns as
 * SPEC has them. What a deployment calls them is in {@link AppTables}.
 */
public enum AppTable {
  // Captured, in the order in which a snapshot reads them: rules and people before what they did.
  BADGES(
      Reach.EVERY_TASK,
      "id",
      "id",
      "slug",
      "unlock_condition",
      "is_active",
      "deleted_at",
      "reward_xp",
      "reward_credits",
      "reward_vip_days"),
  CUSTOMER_USERS("id", "id", "locale_preference", "is_push_allowed_mobile", "deleted_at"),
  CUSTOMER_PUSH_TOKENS(
      "customer_user_id", "id", "customer_user_id", "fcm_token", "is_active", "platform"),
  CUSTOMER_BADGES("customer_user_id", "id", "customer_user_id", "badge_id"),
  CUSTOMER_OAUTH_IDENTITIES(
      "customer_user_id", "id", "customer_user_id", "last_login_at", "deleted_at"),
  SUBSCRIPTIONS(
      "customer_user_id",
      "id",
      "customer_user_id",
      "status",
      "expired_at",
      "referral_code",
      "created_at"),
  REFERRALS(
      "referred_user_id",
      "id",
      "referrer_user_id",
      "referred_user_id",
      "status",
      "tier",
      "expires_at",
      "referral_code",
      "created_at"),
  CUSTOMER_XP(
      "customer_user_id",
      "id",
      "customer_user_id",
      "level",
      "current_streak_days",
      "xp_points",
      "last_activity_date"),
  CUSTOMER_CREDITS("customer_user_id", "id", "customer_user_id", "lifetime_earned", "balance"),
  MATCH_COMMENTS(
      "customer_user_id",
      "id",
      "customer_user_id",
      "like_count",
      "status",
      "deleted_at",
      "created_at"),
  CUSTOMER_DAILY_REWARDS(
      "customer_user_id", "id", "customer_user_id", "reward_date", "day_number", "claimed_at"),
  TS_PREDICTION_MAPPED("purchased_by_user_id", "id", "purchased_by_user_id", "result"),
  /** Ours: one row per settled reward. All of its columns are captured. */
  REWARD_LEDGER("customer_user_id"),
  SCHEDULED_NOTIFICATIONS(
      Reach.EVERY_TASK,
      "id",
      "id",
      "title_tr",
      "title_en",
      "body_tr",
      "body_en",
      "deep_link_url",
      "image_url",
      "target_audience",
      "segment_filter",
      "scheduled_at",
      "status"),

  // Read or written with SQL, not captured.
  CUSTOMER_XP_TRANSACTIONS,
  CUSTOMER_CREDIT_TRANSACTIONS,
  PARTNERS,
  PARTNER_ANALYTICS,
  CUSTOMER_AD_VIEWS,
  MATCH_COMMENT_LIKES,
  JOB_EXECUTION_LOGS;

  private enum Reach {
    ONE_CUSTOMER,
    EVERY_TASK
  }

  private final Reach reach;
  private final String keyColumn;
  private final List<String> capturedColumns;

  /** Not captured. */
  AppTable() {
    this((Reach) null, null);
  }

  AppTable(String customerColumn, String... capturedColumns) {
    this(Reach.ONE_CUSTOMER, customerColumn, capturedColumns);
  }

  AppTable(Reach reach, String keyColumn, String... capturedColumns) {
    this.reach = reach;
    this.keyColumn = keyColumn;
    this.capturedColumns = List.of(capturedColumns);
  }

  /** The name that SPEC gives the table. */
  public String specName() {
    return name().toLowerCase(ROOT);
  }

  public boolean isCaptured() {
    return reach != null;
  }

  /**
   * Whether a row of it concerns all customers rather than one: its changes are keyed by the row,
   * travel on one partition, and are broadcast from there.
   */
  public boolean reachesEveryTask() {
    return reach == Reach.EVERY_TASK;
  }

  /**
   * Whether its old rows are moved to an archive table of this system's (SPEC, old-logs-cleanup).
   */
  public boolean isArchived() {
    return switch (this) {
      case CUSTOMER_XP_TRANSACTIONS,
          CUSTOMER_CREDIT_TRANSACTIONS,
          CUSTOMER_AD_VIEWS,
          MATCH_COMMENT_LIKES,
          SCHEDULED_NOTIFICATIONS,
          JOB_EXECUTION_LOGS ->
          true;
      default -> false;
    };
  }

  /** The column (SPEC's name) whose value keys the table's change records. */
  public String keyColumn() {
    return keyColumn;
  }

  /** The columns (SPEC's names) that travel, the row's id first; empty for all of them. */
  public List<String> capturedColumns() {
    return capturedColumns;
  }
}
