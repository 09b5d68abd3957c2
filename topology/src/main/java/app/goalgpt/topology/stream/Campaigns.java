package app.goalgpt.topology.stream;

import app.goalgpt.messages.MalformedMessageException;
import app.goalgpt.topology.campaign.Campaign;
import app.goalgpt.topology.campaign.CampaignOutreach;
import app.goalgpt.topology.change.Position;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The campaigns as this task knows them; those with content are held in memory too. */
final class Campaigns {
  /**
   * @param position how far the row was followed: an older version that is read again is no news
   */
  record Known(Position position, Campaign campaign) {}

  private record Ready(Campaign campaign, CampaignOutreach outreach) {}

  private static final Logger LOG = LoggerFactory.getLogger(Campaigns.class);

  private final KeyValueStore<UUID, Known> store;
  private final ZoneId zone;
  private final Map<UUID, Ready> ready = new LinkedHashMap<>();

  /**
   * @param zone of the customers' hours
   */
  Campaigns(KeyValueStore<UUID, Known> store, ZoneId zone) {
    this.store = store;
    this.zone = zone;
    try (KeyValueIterator<UUID, Known> all = store.all()) {
      while (all.hasNext()) {
        remember(all.next().value.campaign());
      }
    }
  }

  /**
   * Takes the version unless it is no news.
   *
   * @param keepContent while it is being sent everybody gets the same
   * @return what is to become of the campaign now
   */
  Optional<Campaign.Status> accept(CampaignVersion news, boolean keepContent) {
    UUID id = news.campaign().id();
    Known known = store.get(id);
    Position before = known == null ? Position.NONE : known.position();
    if (!before.isOlderThan(news.version())) {
      return Optional.empty();
    }
    Campaign.Status status = news.campaign().status();
    boolean keep =
        known != null
            && known.campaign().hasContent()
            && (status == Campaign.Status.SENDING
                || status != Campaign.Status.CANCELLED && keepContent);
    Campaign campaign = keep ? known.campaign().with(status) : news.campaign();
    store.put(id, new Known(before.at(news.version()), campaign));
    remember(campaign);
    return Optional.of(status);
  }

  private void remember(Campaign campaign) {
    ready.remove(campaign.id());
    if (campaign.hasContent()) {
      try {
        ready.put(campaign.id(), new Ready(campaign, CampaignOutreach.of(campaign, zone)));
      } catch (MalformedMessageException e) {
        // Only a build that knew other fields can have passed it on: this one goes on without it.
        LOG.warn("campaign {} is not sent: {}", campaign.id(), e.getMessage());
      }
    }
  }

  /** Those that are to be under way at that business time. */
  List<Campaign> due(Instant at) {
    return ready.values().stream()
        .map(Ready::campaign)
        .filter(campaign -> campaign.status() != Campaign.Status.OVER)
        .filter(campaign -> !campaign.scheduledAt().isAfter(at))
        .toList();
  }

  /** Whom it tells what; empty once it is cancelled or over. */
  Optional<CampaignOutreach> outreach(UUID campaignId) {
    return Optional.ofNullable(ready.get(campaignId)).map(Ready::outreach);
  }
}
