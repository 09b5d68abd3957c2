package app.goalgpt.topology.stream;

import app.goalgpt.topology.campaign.Campaign;
import app.goalgpt.topology.change.Version;

/**
 * A campaign on its way to every task.
 *
 * @param campaign with its content while it is pending; otherwise only its id and what is to become
 *     of it
 */
record CampaignVersion(Version version, Campaign campaign) {}
