package app.goalgpt.topology.campaign;

import app.goalgpt.messages.AppTable;
import app.goalgpt.topology.announcement.Notice;
import app.goalgpt.topology.customer.Customer;
import app.goalgpt.topology.job.BusinessMoment;
import app.goalgpt.topology.job.Due;
import app.goalgpt.topology.job.Outreach;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whom a campaign tells: its audience's customers, in their language where it has both texts. */
public final class CampaignOutreach implements Outreach {
  private static final Duration WORTH_SENDING = Duration.ofHours(24);

  private final Campaign campaign;
  private final SegmentFilter filter;

  private CampaignOutreach(Campaign campaign, SegmentFilter filter) {
    this.campaign = campaign;
    this.filter = filter;
  }

  /**
   * @throws app.goalgpt.messages.MalformedMessageException when the filter of a segment is bad
   */
  public static CampaignOutreach of(Campaign campaign) {
    return new CampaignOutreach(
        campaign,
        campaign.targetAudience() == Audience.SEGMENT
            ? SegmentFilter.read(campaign.filter())
            : null);
  }

  @Override
  public List<Due> to(Customer customer, BusinessMoment moment) {
    if (!isFor(customer, moment)) {
      return List.of();
    }
    return List.of(
        new Due(
            "campaign/" + campaign.id(),
            notice(customer.english()),
            moment.at().plus(WORTH_SENDING)));
  }

  /** The tables whose rows decide who gets it; the app's others do not matter. */
  public Set<AppTable> asks() {
    Set<AppTable> tables = EnumSet.of(AppTable.CUSTOMER_USERS, AppTable.CUSTOMER_PUSH_TOKENS);
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

  private Notice notice(boolean wantsEnglish) {
    boolean english = wantsEnglish && campaign.titleEn() != null && campaign.bodyEn() != null;
    return new Notice(
        english ? campaign.titleEn() : campaign.titleTr(),
        english ? campaign.bodyEn() : campaign.bodyTr(),
        Map.of("type", "campaign", "campaignId", campaign.id().toString()),
        campaign.deepLink(),
        campaign.imageUrl());
  }
}
