package app.goalgpt.console.campaign;

import app.goalgpt.connectors.audience.AudienceReader;
import app.goalgpt.connectors.audience.CampaignRow;
import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.MalformedMessageException;
import app.goalgpt.settings.SettingException;
import app.goalgpt.topology.campaign.Campaign;
import app.goalgpt.topology.change.Change;
import app.goalgpt.topology.job.BusinessMoment;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.UUID;

/** Finds a campaign that is still to be sent, or says what became of it. */
public final class PendingCampaign {
  private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm");

  private PendingCampaign() {}

  /**
   * The campaign, when it is still to be sent, and could be.
   *
   * @throws SettingException when there never was one, as far as is known
   * @throws IllegalStateException when it is not to be sent, saying why
   */
  public static Campaign find(AudienceReader reader, UUID id, AppTables tables, ZoneId zone)
      throws SQLException {
    CampaignRow row =
        reader
            .campaign(id)
            .orElseThrow(
                () ->
                    new SettingException(
                        "ID",
                        id.toString(),
                        "the id of a campaign; there is none with this one in "
                            + tables.table(AppTable.SCHEDULED_NOTIFICATIONS)
                            + ", and no trace of a deleted one"));
    if (row.change() == null || !row.status().equals("pending")) {
      throw new IllegalStateException(
          "nothing to preview: campaign %s %s".formatted(id, past(row, zone)));
    }
    try {
      return Campaign.read(
          Change.read(AppTable.SCHEDULED_NOTIFICATIONS, tables, row.change()).row());
    } catch (MalformedMessageException e) {
      throw new IllegalStateException(
          "campaign %s would fail, nobody would get it: %s".formatted(id, e.getMessage()), e);
    }
  }

  private static String past(CampaignRow row, ZoneId zone) {
    String counts = "%,d customers, accepted for %,d".formatted(row.recipients(), row.accepted());
    String fate =
        switch (row.status()) {
          case "sent" ->
              "was sent%s: %s"
                  .formatted(
                      row.sentAt() == null ? "" : " at " + minute(row.sentAt(), zone), counts);
          case "sending" -> "is being sent: %s so far".formatted(counts);
          default -> "is %s: %s".formatted(row.status(), counts);
        };
    return switch (row.place()) {
      case TABLE -> fate;
      case ARCHIVE -> fate + "; its row is in the archive";
      case JOB_LOG ->
          "was deleted; the job log has a run of it: %s, %,d customers"
              .formatted(row.status(), row.recipients());
    };
  }

  /** As of when it is decided who gets it: the first minute in which it is due. */
  public static BusinessMoment moment(Campaign campaign, Instant now, ZoneId zone) {
    Instant due = campaign.scheduledAt();
    return new BusinessMoment(due.isAfter(now) ? due : now, zone);
  }

  /** For people. */
  public static String minute(Instant instant, ZoneId zone) {
    return "%s (%s)".formatted(MINUTE.format(instant.atZone(zone)), zone);
  }
}
