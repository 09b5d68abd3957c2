package app.goalgpt.topology.stream;

import app.goalgpt.topology.campaign.Campaign;
import app.goalgpt.topology.change.Version;
import java.util.Objects;

/**
 * A campaign on its way to every task.
 *
 * @param campaign with its content while it is pending; otherwise only its id and what is to become
 *     of it
 */
record CampaignVersion(Version version, Campaign campaign) {
  /** What somebody else wrote must not stop the task later. */
  CampaignVersion {
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(campaign.id(), "id");
    Objects.requireNonNull(campaign.status(), "status");
    if (campaign.hasContent()) {
      Objects.requireNonNull(campaign.scheduledAt(), "scheduledAt");
    }
  }
}
