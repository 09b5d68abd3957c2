package app.goalgpt.connectors.queries;

import java.time.Instant;
import java.util.UUID;

/**
 * A row of scheduled_notifications, for people.
 *
 * @param filter segment_filter as JSON text, null when it has none
 * @param recipients customers told so far
 * @param accepted of them, those of whom FCM accepted the push on some device
 * @param refused of them, those of whom it accepted none
 */
public record CampaignRecord(
    UUID id,
    String titleTr,
    String titleEn,
    String bodyTr,
    String bodyEn,
    String audience,
    String filter,
    Instant scheduledAt,
    Instant sentAt,
    String status,
    long recipients,
    long accepted,
    long refused) {

  /** What came of one of the texts of a campaign that tries two. */
  public record Variant(String variant, long recipients, long accepted, long refused) {}
}
