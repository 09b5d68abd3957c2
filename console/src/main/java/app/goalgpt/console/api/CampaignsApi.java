package app.goalgpt.console.api;

import app.goalgpt.connectors.audience.AudienceReader;
import app.goalgpt.connectors.queries.CampaignQueries;
import app.goalgpt.connectors.queries.CampaignRecord;
import app.goalgpt.connectors.queries.Cursor;
import app.goalgpt.console.campaign.CampaignPreview;
import app.goalgpt.console.campaign.PendingCampaign;
import app.goalgpt.console.change.Changes;
import app.goalgpt.console.http.Exchange;
import app.goalgpt.console.http.Problem;
import app.goalgpt.console.http.Reply;
import app.goalgpt.console.http.Route;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.CampaignCancellation;
import app.goalgpt.messages.Topic;
import app.goalgpt.settings.SettingException;
import app.goalgpt.topology.campaign.Campaign;
import app.goalgpt.topology.job.BusinessMoment;
import app.goalgpt.topology.job.Variant;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;

/** Campaigns: their counts as they grow, whom one would reach, and the way to stop one. */
public final class CampaignsApi {
  private final AppTables tables;
  private final ZoneId zone;
  private final Database database;
  private final CampaignQueries queries;
  private final Changes changes;
  private final Clock businessClock;

  /** A preview reads all customers: one at a time. */
  private final Semaphore previews = new Semaphore(1);

  public CampaignsApi(
      AppTables tables, ZoneId zone, Database database, Changes changes, Clock businessClock) {
    this.tables = tables;
    this.zone = zone;
    this.database = database;
    this.queries = new CampaignQueries(tables);
    this.changes = changes;
    this.businessClock = businessClock;
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/api/campaigns", this::campaigns, "status", "before", "limit"),
        Route.get("/api/campaigns/{id}", this::oneCampaign),
        Route.get("/api/campaigns/{id}/preview", this::preview),
        Route.post("/api/campaigns/{id}/cancel", this::cancel));
  }

  /**
   * @param variants of those that try two texts, by their ids
   * @param next what to ask for {@code before} of the next page; null on the last one
   */
  record Campaigns(
      List<CampaignRecord> campaigns,
      Map<UUID, List<CampaignRecord.Variant>> variants,
      String next) {}

  private Reply campaigns(Exchange exchange) throws SQLException {
    int limit = exchange.limit(50);
    String status =
        exchange.asked("status", "pending", "sending", "sent", "failed", "cancelled").orElse(null);
    Cursor before = exchange.asked("before").map(Cursors::read).orElse(null);
    return database.read(
        connection -> {
          List<CampaignRecord> found = queries.page(connection, status, before, limit);
          CampaignRecord last = found.size() < limit ? null : found.get(found.size() - 1);
          return Reply.ok(
              new Campaigns(
                  found,
                  queries.variants(connection, found.stream().map(CampaignRecord::id).toList()),
                  last == null ? null : Cursors.write(last.scheduledAt(), last.id())));
        });
  }

  record OneCampaign(CampaignRecord campaign, List<CampaignRecord.Variant> variants) {}

  private Reply oneCampaign(Exchange exchange) throws SQLException {
    UUID id = exchange.uuid("id");
    return database.read(
        connection -> {
          CampaignRecord campaign =
              queries
                  .campaign(connection, id)
                  .orElseThrow(() -> Problem.notFound("there is no campaign with this id"));
          return Reply.ok(
              new OneCampaign(
                  campaign, queries.variants(connection, List.of(id)).getOrDefault(id, List.of())));
        });
  }

  /**
   * @param asOf for when it was decided who gets it
   * @param variantA how many would get the campaign's own text; null when no second one is tried
   * @param hours how many would get it when; empty when it does not wait for their best hours
   * @param seen customers looked at
   * @param unreadable rows that were left out
   */
  record Preview(
      Instant asOf,
      long customers,
      long devices,
      Long variantA,
      Long variantB,
      Map<Instant, Long> hours,
      List<UUID> samples,
      long seen,
      long unreadable) {}

  private Reply preview(Exchange exchange) throws SQLException {
    UUID id = exchange.uuid("id");
    if (!previews.tryAcquire()) {
      throw Problem.unavailable("another preview is under way; it reads all customers");
    }
    try {
      return database.readLong(
          connection -> {
            AudienceReader reader = AudienceReader.in(connection, tables);
            Campaign campaign = pending(reader, id);
            BusinessMoment moment = PendingCampaign.moment(campaign, businessClock.instant(), zone);
            CampaignPreview preview = CampaignPreview.of(campaign, moment, tables);
            preview.read(reader, Thread.currentThread()::isInterrupted);
            return Reply.ok(view(preview, moment));
          });
    } finally {
      previews.release();
    }
  }

  private Campaign pending(AudienceReader reader, UUID id) throws SQLException {
    try {
      return PendingCampaign.find(reader, id, tables, zone);
    } catch (SettingException e) {
      throw Problem.notFound("there is no campaign with this id");
    } catch (IllegalStateException e) {
      throw Problem.conflict(e.getMessage());
    }
  }

  private static Preview view(CampaignPreview preview, BusinessMoment moment) {
    boolean two = preview.triesTwoTexts();
    return new Preview(
        moment.at(),
        preview.customers(),
        preview.devices(),
        two ? preview.customers(Variant.A) : null,
        two ? preview.customers(Variant.B) : null,
        preview.hours(),
        preview.samples(),
        preview.seen(),
        preview.unreadable());
  }

  /** Asks for it; whoever speaks SQL to the app's tables does it, within a second as a rule. */
  private Reply cancel(Exchange exchange) throws SQLException {
    UUID id = exchange.uuid("id");
    CampaignRecord campaign =
        database
            .read(connection -> queries.campaign(connection, id))
            .orElseThrow(() -> Problem.notFound("there is no campaign with this id"));
    if (!campaign.status().equals("pending") && !campaign.status().equals("sending")) {
      throw Problem.conflict("the campaign is over: it is " + campaign.status());
    }
    changes.make(
        Actions.of(exchange, "campaign.cancel", id.toString(), Map.of("was", campaign.status())),
        List.of(
            changes.record(
                Topic.CAMPAIGN_CANCELLATIONS,
                id.toString(),
                new CampaignCancellation(id, Instant.now()))));
    return Reply.accepted(Map.of("id", id));
  }
}
