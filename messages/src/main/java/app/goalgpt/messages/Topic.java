package app.goalgpt.messages;

import java.util.Map;

/** Every topic but the change topics (one per captured table, see {@link Topics#changes}). */
public enum Topic {
  /**
   * {@link Decision}, keyed by {@link Decision#key}. Kept for ever: the topology does not decide
   * again what it has decided, so none may go before a ledger that was away has read it.
   */
  DECISIONS("decisions", Map.of("retention.ms", "-1")),
  /**
   * {@link BadgeUnlocked}, keyed by the customer. Public. Kept for ever: it is the memory of what
   * was announced.
   */
  BADGE_UNLOCKED("badge-unlocked", Map.of("retention.ms", "-1")),
  /** {@link ReferralTierReached}, keyed by the referrer. Public. Kept for ever, as above. */
  REFERRAL_TIER_REACHED("referral-tier-reached", Map.of("retention.ms", "-1")),
  /**
   * {@link Push}es of rewards, keyed by the customer. Holds tokens: short retention, few readers.
   */
  PUSHES("pushes", Map.of("retention.ms", "172800000")),
  /** {@link Push}es of reminders: a lane of their own, so that each can wait by itself. */
  REMINDER_PUSHES("reminder-pushes", Map.of("retention.ms", "172800000")),
  /** {@link Push}es of campaigns, as above. */
  CAMPAIGN_PUSHES("campaign-pushes", Map.of("retention.ms", "172800000")),
  /**
   * How far the notifier has taken up each partition of pushes, keyed by the pushes' topic, in the
   * partition of the same number: what may have been sent when no delivery says so. Internal.
   */
  PUSHES_TAKEN(
      "pushes-taken",
      Map.of(
          "cleanup.policy", "compact",
          "segment.ms", "600000",
          "min.cleanable.dirty.ratio", "0.1")),
  /** Pauses that FCM asked one notifier for and all keep. One partition. Internal. */
  FCM_PAUSES("fcm-pauses", Map.of("retention.ms", "604800000")),
  /** {@link Delivery}, keyed by the customer. */
  DELIVERIES("deliveries", Map.of("retention.ms", "604800000")),
  /** {@link DeadLetter}, keyed as the record that is in it. */
  DEAD_LETTERS("dead-letters", Map.of("retention.ms", "-1")),
  /** Badge rules, one copy to every partition, so that they reach every task. Internal. */
  BADGE_RULES("badge-rules", Map.of("retention.ms", "-1")),
  /** Facts that one customer's rows tell about another customer. Internal. */
  CUSTOMER_FACTS("customer-facts", Map.of("retention.ms", "-1")),
  /** {@link Tick}, one copy to every partition. */
  TICKS("ticks", Map.of("retention.ms", "2592000000")),
  /** The bridge's memory: the last tick sent of each job. One partition, compacted. Internal. */
  TICKS_SENT("ticks-sent", Map.of("cleanup.policy", "compact")),
  /** Campaigns as read from their rows, one copy to every partition. Internal. */
  CAMPAIGNS("campaigns", Map.of("retention.ms", "-1")),
  /** {@link RunProgress}, keyed by the run. Public. */
  RUN_PROGRESS("run-progress", Map.of("retention.ms", "2592000000")),
  /** A partner's day so far, keyed by the partner. Public, the newest of each is kept. */
  PARTNER_DAYS("partner-days", Map.of("cleanup.policy", "compact")),
  /** Capture's memory: whose snapshot these topics hold. One partition, compacted. Internal. */
  CAPTURE_MARKERS("capture-markers", Map.of("cleanup.policy", "compact")),
  /** {@link JobSwitch}, keyed by the job. One partition, compacted. Internal. */
  JOB_SWITCHES("job-switches", Map.of("cleanup.policy", "compact")),
  /** {@link CampaignCancellation}, keyed by the campaign. One partition. Internal. */
  CAMPAIGN_CANCELLATIONS("campaign-cancellations", Map.of("retention.ms", "2592000000")),
  /** {@link DeadLetterMark}, keyed by the letter's offset. One partition, compacted. Internal. */
  DEAD_LETTER_MARKS("dead-letter-marks", Map.of("cleanup.policy", "compact")),
  /** {@link OperatorAction}: the audit log. One partition, kept for ever. Internal. */
  OPERATOR_ACTIONS("operator-actions", Map.of("retention.ms", "-1"));

  private final String suffix;
  private final Map<String, String> config;

  Topic(String suffix, Map<String, String> config) {
    this.suffix = suffix;
    this.config = config;
  }

  String suffix() {
    return suffix;
  }

  Map<String, String> config() {
    return config;
  }

  /** Whether it has the partitions of all customer-keyed topics; otherwise it has one. */
  boolean isCustomerKeyed() {
    return switch (this) {
      case CAPTURE_MARKERS,
          DEAD_LETTERS,
          DEAD_LETTER_MARKS,
          TICKS_SENT,
          FCM_PAUSES,
          JOB_SWITCHES,
          CAMPAIGN_CANCELLATIONS,
          OPERATOR_ACTIONS ->
          false;
      default -> true;
    };
  }

  /** Where pushes of this lane go. */
  public static Topic pushes(Push.Lane lane) {
    return switch (lane) {
      case REWARD -> PUSHES;
      case REMINDER -> REMINDER_PUSHES;
      case CAMPAIGN -> CAMPAIGN_PUSHES;
    };
  }
}
