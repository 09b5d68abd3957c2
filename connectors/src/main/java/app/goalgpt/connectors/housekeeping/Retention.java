package app.goalgpt.connectors.housekeeping;

import app.goalgpt.messages.AppTable;
import java.util.List;

/**
 * Which rows of a table are old.
 *
 * @param condition SQL, of which {@code ?} is the instant from which on rows stay; a row for which
 *     it is not true (a null among its columns) stays
 */
record Retention(AppTable table, String condition) {
  /** Deleted for good. */
  static final Retention PUSH_TOKENS =
      new Retention(
          AppTable.CUSTOMER_PUSH_TOKENS,
          "({customer_push_tokens.is_active} = false OR {customer_push_tokens.updated_at} < ?)");

  /** Moved to their archives. A campaign or a job run is as old as the last that it did. */
  static final List<Retention> ARCHIVED =
      List.of(
          new Retention(
              AppTable.CUSTOMER_XP_TRANSACTIONS, "{customer_xp_transactions.created_at} < ?"),
          new Retention(
              AppTable.CUSTOMER_CREDIT_TRANSACTIONS,
              "{customer_credit_transactions.created_at} < ?"),
          new Retention(AppTable.CUSTOMER_AD_VIEWS, "{customer_ad_views.completed_at} < ?"),
          new Retention(AppTable.MATCH_COMMENT_LIKES, "{match_comment_likes.created_at} < ?"),
          new Retention(
              AppTable.SCHEDULED_NOTIFICATIONS,
              "{scheduled_notifications.status} IN ('sent', 'failed', 'cancelled')"
                  + " AND greatest({scheduled_notifications.created_at},"
                  + " {scheduled_notifications.scheduled_at}, {scheduled_notifications.sent_at}) <"
                  + " ?"),
          new Retention(
              AppTable.JOB_EXECUTION_LOGS,
              "{job_execution_logs.status} IN ('success', 'failed')"
                  + " AND greatest({job_execution_logs.started_at},"
                  + " {job_execution_logs.completed_at}) < ?"));
}
