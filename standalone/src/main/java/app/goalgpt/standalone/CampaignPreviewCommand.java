package app.goalgpt.standalone;

import app.goalgpt.connectors.audience.AudienceReader;
import app.goalgpt.console.campaign.CampaignPreview;
import app.goalgpt.console.campaign.PendingCampaign;
import app.goalgpt.messages.AppTables;
import app.goalgpt.settings.BusinessTime;
import app.goalgpt.settings.DatabaseConfig;
import app.goalgpt.settings.Settings;
import app.goalgpt.standalone.demo.Terminal;
import app.goalgpt.standalone.platform.Databases;
import app.goalgpt.topology.campaign.Campaign;
import app.goalgpt.topology.job.BusinessMoment;
import app.goalgpt.topology.job.Variant;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "preview",
    description =
        "Says how many customers a campaign would reach, and names a few. Sends nothing, changes"
            + " nothing.",
    footer = {
      "",
      "By the rule that sends it, over the rows of the database that DATABASE_URL names: as of now,"
          + " or as of when the campaign is due."
    },
    mixinStandardHelpOptions = true)
final class CampaignPreviewCommand implements Callable<Integer> {
  private static final DateTimeFormatter HOUR = DateTimeFormatter.ofPattern("MM-dd HH:mm");

  private final Map<String, String> environment;
  private final StopSignal stop;

  @Parameters(paramLabel = "ID", description = "Of a row of scheduled_notifications.")
  private String id;

  CampaignPreviewCommand(Map<String, String> environment, StopSignal stop) {
    this.environment = environment;
    this.stop = stop;
  }

  @Override
  public Integer call() throws SQLException {
    UUID campaignId = Arguments.uuid("ID", id, "the uuid of a row of scheduled_notifications");
    Settings settings = Settings.of(environment);
    ZoneId zone = BusinessTime.zone(settings);
    AppTables tables = AppTables.from(settings);
    try (Connection connection = Databases.of(DatabaseConfig.from(settings)).getConnection()) {
      AudienceReader reader = AudienceReader.in(connection, tables);
      Campaign campaign = PendingCampaign.find(reader, campaignId, tables, zone);
      BusinessMoment moment = PendingCampaign.moment(campaign, Instant.now(), zone);
      long begin = System.nanoTime();
      CampaignPreview preview = CampaignPreview.of(campaign, moment, tables);
      preview.read(reader, stop::isRequested);
      tell(campaign, preview, moment, System.nanoTime() - begin);
    }
    return ExitStatus.OK;
  }

  private void tell(Campaign campaign, CampaignPreview preview, BusinessMoment moment, long nanos) {
    Terminal terminal = Terminal.standardOutput(environment);
    terminal.line(campaign.id() + "  " + shown(campaign.titleTr()));
    terminal.done(
        "audience",
        campaign.audience() + (campaign.filter() == null ? "" : " " + shown(campaign.filter())));
    terminal.done(
        "would get it",
        "%,d customers on %,d devices, as of %s"
            .formatted(
                preview.customers(),
                preview.devices(),
                PendingCampaign.minute(moment.at(), moment.zone())));
    if (preview.triesTwoTexts()) {
      terminal.done(
          "texts",
          "A for %,d customers, B for %,d"
              .formatted(preview.customers(Variant.A), preview.customers(Variant.B)));
    }
    preview
        .hours()
        .forEach(
            (at, customers) ->
                terminal.done(
                    "from " + HOUR.format(at.atZone(moment.zone())),
                    "%,d customers".formatted(customers)));
    preview.samples().forEach(sample -> terminal.done("for example", sample.toString()));
    terminal.done(
        "looked at",
        String.format(
            Locale.ROOT, "%,d customers in %.1f s; nothing was sent", preview.seen(), nanos / 1e9));
    if (preview.unreadable() > 0) {
      terminal.done(
          "left out",
          "%,d rows that cannot be read, such as: %s"
              .formatted(preview.unreadable(), preview.firstUnreadable()));
    }
  }

  /** What somebody wrote into the table does nothing to the terminal. */
  private static String shown(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }
}
