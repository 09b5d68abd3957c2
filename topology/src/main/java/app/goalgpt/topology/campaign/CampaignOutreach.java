package app.goalgpt.topology.campaign;

import app.goalgpt.messages.AppTable;
import app.goalgpt.topology.announcement.Notice;
import app.goalgpt.topology.customer.Customer;
import app.goalgpt.topology.customer.FactReader;
import app.goalgpt.topology.job.BusinessMoment;
import app.goalgpt.topology.job.Due;
import app.goalgpt.topology.job.Outreach;
import app.goalgpt.topology.job.Variant;
import java.time.Duration;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/** Whom a campaign tells: its audience's customers, in their language where it has both texts. */
public final class CampaignOutreach implements Outreach {
  private static final Duration WORTH_SENDING = Duration.ofHours(24);

  private final Campaign campaign;
  private final SegmentFilter filter;
  private final CampaignOptions options;
  private final BestHours bestHours;

  private CampaignOutreach(
      Campaign campaign, SegmentFilter filter, CampaignOptions options, ZoneId zone) {
    this.campaign = campaign;
    this.filter = filter;
    this.options = options;
    this.bestHours =
        options.bestHourWithin() == null
            ? null
            : new BestHours(campaign.scheduledAt(), options.bestHourWithin(), zone);
  }

  /**
   * @param zone of the customers' hours
   * @throws app.goalgpt.messages.MalformedMessageException when the filter of a segment is bad, or
   *     an option
   */
  public static CampaignOutreach of(Campaign campaign, ZoneId zone) {
    return new CampaignOutreach(
        campaign,
        campaign.targetAudience() == Audience.SEGMENT
            ? SegmentFilter.read(campaign.filter())
            : null,
        CampaignOptions.of(campaign),
        zone);
  }

  @Override
  public List<Due> to(UUID customerId, Customer customer, BusinessMoment moment) {
    if (!isFor(customer, moment)) {
      return List.of();
    }
    Variant variant =
        triesTwoTexts() ? options.secondText().of(campaign.id(), customerId) : Variant.A;
    return List.of(
        new Due(
            "campaign/" + campaign.id(),
            notice(customer.english(), variant),
            moment.at().plus(WORTH_SENDING),
            variant,
            bestHours == null ? null : bestHours.of(customer.hours())));
  }

  /** Whether a second text is tried against the campaign's own. */
  public boolean triesTwoTexts() {
    return options.secondText() != null;
  }

  /** Whether each customer's best hour is waited for. */
  public boolean waitsForBestHours() {
    return bestHours != null;
  }

  /** The tables whose rows decide who gets it and when; the app's others do not matter. */
  public Set<AppTable> asks() {
    Set<AppTable> tables = EnumSet.of(AppTable.CUSTOMER_USERS, AppTable.CUSTOMER_PUSH_TOKENS);
    if (waitsForBestHours()) {
      tables.addAll(FactReader.tablesOfActivity());
    }
    switch (campaign.targetAudience()) {
      case ALL -> {}
      case VIP, FREE -> tables.add(AppTable.SUBSCRIPTIONS);
      case SEGMENT -> tables.addAll(filter.asks());
    }
    return tables;
  }

  private boolean isFor(Customer customer, BusinessMoment moment) {
    return switch (campaign.targetAudience()) {
      case ALL -> true;
      case VIP -> customer.hasActiveSubscription(moment.at());
      case FREE -> !customer.hasActiveSubscription(moment.at());
      case SEGMENT -> filter.holds(customer, moment);
    };
  }

  private Notice notice(boolean wantsEnglish, Variant variant) {
    boolean english = wantsEnglish && campaign.titleEn() != null && campaign.bodyEn() != null;
    String title = english ? campaign.titleEn() : campaign.titleTr();
    String body = english ? campaign.bodyEn() : campaign.bodyTr();
    Map<String, String> data = new HashMap<>();
    data.put("type", "campaign");
    data.put("campaignId", campaign.id().toString());
    if (triesTwoTexts()) {
      data.put("variant", variant.name());
    }
    if (variant == Variant.B) {
      SecondText second = options.secondText();
      title = Objects.requireNonNullElse(english ? second.titleEn() : second.titleTr(), title);
      body = Objects.requireNonNullElse(english ? second.bodyEn() : second.bodyTr(), body);
    }
    return new Notice(title, body, data, campaign.deepLink(), campaign.imageUrl());
  }
}
