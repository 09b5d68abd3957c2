package app.goalgpt.messages;

import java.time.Instant;
import java.util.UUID;

/**
 * Somebody wants a campaign to be sent to nobody more; on {@link Topic#CAMPAIGN_CANCELLATIONS},
 * keyed by the campaign. Whoever speaks SQL to the app's tables carries it out: a campaign that is
 * pending or being sent becomes {@code cancelled}, any other stays what it is.
 *
 * @param at when it was asked for, by the clock of the machine
 */
public record CampaignCancellation(UUID campaignId, Instant at) {}
