package app.goalgpt.topology.campaign;

import app.goalgpt.messages.MalformedMessageException;
import app.goalgpt.topology.change.Row;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;

/**
 * A row of {@code scheduled_notifications}, as it reaches every task.
 *
 * @param audience the audience's name: all, vip, free or segment
 * @param filter the segment filter as JSON text, null when there is none
 * @param scheduledAt business time from which it is due
 */
public record Campaign(
    UUID id,
    Status status,
    String titleTr,
    String titleEn,
    String bodyTr,
    String bodyEn,
    String deepLink,
    String imageUrl,
    String audience,
    String filter,
    Instant scheduledAt) {

  /** What is to become of it. */
  public enum Status {
    /** To be sent when it is due. */
    PENDING,
    /** Under way; its row says so because our own reports say so. */
    SENDING,
    /** Cancelled or deleted: stops where it is. */
    CANCELLED,
    /** Sent, failed, or of no use as it stands: not begun any more. */
    OVER
  }

  /**
   * @throws MalformedMessageException naming the column that is not as it should be, or the
   *     filter's field
   */
  public static Campaign read(Row row) {
    Campaign campaign =
        new Campaign(
            row.uuid("id"),
            status(row),
            row.text("title_tr"),
            row.optionalText("title_en").orElse(null),
            row.text("body_tr"),
            row.optionalText("body_en").orElse(null),
            row.optionalText("deep_link_url").orElse(null),
            row.optionalText("image_url").orElse(null),
            row.text("target_audience"),
            row.optionalText("segment_filter").orElse(null),
            row.instant("scheduled_at")
                .orElseThrow(() -> row.malformed("scheduled_at", "a timestamp")));
    CampaignOutreach.of(campaign, ZoneOffset.UTC); // refuses what is bad, in whatever zone
    return campaign;
  }

  /** Without texts and filter: all that matters of a campaign that is not to be begun. */
  public static Campaign without(UUID id, Status status) {
    return new Campaign(id, status, null, null, null, null, null, null, null, null, null);
  }

  /** Whether it could be sent. */
  public boolean hasContent() {
    return audience != null;
  }

  /** This one's content with another status. */
  public Campaign with(Status status) {
    return new Campaign(
        id,
        status,
        titleTr,
        titleEn,
        bodyTr,
        bodyEn,
        deepLink,
        imageUrl,
        audience,
        filter,
        scheduledAt);
  }

  Audience targetAudience() {
    return Audience.named(audience)
        .orElseThrow(
            () ->
                new MalformedMessageException(
                    "target_audience is %s: allowed is all, vip, free or segment"
                        .formatted(audience)));
  }

  /**
   * @throws MalformedMessageException when it is none of SPEC's
   */
  public static Status status(Row row) {
    String status = row.text("status");
    return switch (status) {
      case "pending" -> Status.PENDING;
      case "sending" -> Status.SENDING;
      case "cancelled" -> Status.CANCELLED;
      case "sent", "failed" -> Status.OVER;
      default -> throw row.malformed("status", "pending, sending, sent, failed or cancelled");
    };
  }
}
