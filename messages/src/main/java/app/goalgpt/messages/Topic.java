package app.goalgpt.messages;

import java.util.Map;

/** Every topic but the change topics (one per captured table, see {@link Topics#changes}). */
public enum Topic {
  /** {@link Decision}, keyed by {@link Decision#key}. */
  DECISIONS("decisions", Map.of()),
  /**
   * {@link BadgeUnlocked}, keyed by the customer. Public. Kept for ever: it is the memory of what
   * was announced.
   */
  BADGE_UNLOCKED("badge-unlocked", Map.of("retention.ms", "-1")),
  /** {@link ReferralTierReached}, keyed by the referrer. Public. Kept for ever, as above. */
  REFERRAL_TIER_REACHED("referral-tier-reached", Map.of("retention.ms", "-1")),
  /** {@link Push}, keyed by the customer. Holds tokens: short retention, few readers. */
  PUSHES("pushes", Map.of("retention.ms", "172800000")),
  /** {@link Delivery}, keyed by the customer. */
  DELIVERIES("deliveries", Map.of("retention.ms", "604800000")),
  /** {@link DeadLetter}, keyed as the record that is in it. */
  DEAD_LETTERS("dead-letters", Map.of("retention.ms", "-1")),
  /** Badge rules, one copy to every partition, so that they reach every task. Internal. */
  BADGE_RULES("badge-rules", Map.of("retention.ms", "604800000")),
  /** Facts that one customer's rows tell about another customer. Internal. */
  CUSTOMER_FACTS("customer-facts", Map.of("retention.ms", "-1")),
  /** Capture's memory: whose snapshot these topics hold. One partition, compacted. Internal. */
  CAPTURE_MARKERS("capture-markers", Map.of("cleanup.policy", "compact"));

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
    return this != CAPTURE_MARKERS && this != DEAD_LETTERS;
  }
}
