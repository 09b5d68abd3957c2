package app.goalgpt.connectors.ledger;

import app.goalgpt.messages.Cause;
import app.goalgpt.messages.Decision;
import app.goalgpt.messages.Decision.BadgeUnlock;
import app.goalgpt.messages.Decision.ReferralTier;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.MalformedMessageException;
import app.goalgpt.messages.RewardId;
import java.util.UUID;

/** Reads decisions and rejects those that no topology of ours would write. */
final class Claims {
  private Claims() {}

  /**
   * @throws MalformedMessageException naming what is missing or wrong
   */
  static Decision read(byte[] value) {
    Decision decision = Json.read(value, Decision.class);
    UUID expected =
        decision instanceof BadgeUnlock badge ? complete(badge) : complete((ReferralTier) decision);
    Cause cause = present("cause", decision.cause());
    present("cause.table", cause.table());
    present("cause.rowId", cause.rowId());
    present("cause.committedAt", cause.committedAt());
    present("decidedAt", decision.decidedAt());
    if (!expected.equals(present("rewardId", decision.rewardId()))) {
      throw new MalformedMessageException(
          "rewardId is %s, but what is decided has the id %s"
              .formatted(decision.rewardId(), expected));
    }
    return decision;
  }

  private static UUID complete(BadgeUnlock badge) {
    present("condition", badge.condition());
    present("value", badge.value());
    return RewardId.badge(
        present("badgeId", badge.badgeId()), present("customerId", badge.customerId()));
  }

  private static UUID complete(ReferralTier referral) {
    present("referrerId", referral.referrerId());
    present("referredId", referral.referredId());
    if (referral.tier() != 2 && referral.tier() != 3) {
      throw new MalformedMessageException(
          "tier is %d, allowed is 2 or 3".formatted(referral.tier()));
    }
    return RewardId.referralTier(present("referralId", referral.referralId()), referral.tier());
  }

  private static <V> V present(String field, V value) {
    if (value == null) {
      throw new MalformedMessageException(field + " is missing");
    }
    return value;
  }
}
