package app.goalgpt.connectors.audience;

import java.time.Instant;

/**
 * A row of scheduled_notifications, or what is left of one.
 *
 * @param change the row as a snapshot's change record; null when it is not in its table any more
 * @param status as the row has it; of a deleted one, as the job log has it
 * @param sentAt null when it was not sent
 * @param recipients whom it was sent to so far
 * @param accepted of those, whom FCM accepted it for on some device
 */
public record CampaignRow(
    Place place, byte[] change, String status, Instant sentAt, long recipients, long accepted) {

  /** Where it was found. */
  public enum Place {
    TABLE,
    /** Moved there by old-logs-cleanup. */
    ARCHIVE,
    /** Deleted; its run is remembered. */
    JOB_LOG
  }
}
