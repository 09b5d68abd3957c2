package app.goalgpt.topology.stream;

import app.goalgpt.messages.Push;

/** The names of processors, sinks and stores: deployed state hangs on them (docs/topology.md). */
final class Nodes {
  static final String BADGES_SOURCE = "badges-source";
  static final String SCHEDULED_NOTIFICATIONS_SOURCE = "scheduled-notifications-source";
  static final String CHANGES_SOURCE = "changes-source";
  static final String BADGE_RULES_SOURCE = "badge-rules-source";
  static final String CUSTOMER_FACTS_SOURCE = "customer-facts-source";
  static final String CAMPAIGNS_SOURCE = "campaigns-source";
  static final String TICKS_SOURCE = "ticks-source";
  static final String DELIVERIES_SOURCE = "deliveries-source";

  static final String BADGE_RULES = "badge-rules";
  static final String CAMPAIGNS = "campaigns";
  static final String CUSTOMERS = "customers";

  static final String BADGE_RULES_SINK = "badge-rules-sink";
  static final String CAMPAIGNS_SINK = "campaigns-sink";
  static final String CAMPAIGN_PROGRESS = "campaign-progress-sink";
  static final String CAMPAIGN_DEAD_LETTERS = "campaign-dead-letters-sink";
  static final String CUSTOMER_FACTS_SINK = "customer-facts-sink";
  static final String DECISIONS = "decisions-sink";
  static final String BADGE_UNLOCKED = "badge-unlocked-sink";
  static final String REFERRAL_TIER_REACHED = "referral-tier-reached-sink";
  static final String PUSHES = "pushes-sink";
  static final String REMINDER_PUSHES = "reminder-pushes-sink";
  static final String CAMPAIGN_PUSHES = "campaign-pushes-sink";
  static final String RUN_PROGRESS = "run-progress-sink";
  static final String DEAD_LETTERS = "dead-letters-sink";
  static final String RULE_DEAD_LETTERS = "rule-dead-letters-sink";

  static final String RULE_VERSIONS_STORE = "badge-rule-versions";
  static final String CUSTOMERS_STORE = "customers";
  static final String ROWS_STORE = "counted-rows";
  static final String RULES_STORE = "badge-rules";
  static final String SWEEPS_STORE = "sweeps";
  static final String ANNOUNCED_STORE = "announced";
  static final String HELD_UNLOCKS_STORE = "held-unlocks";
  static final String CAMPAIGN_POSITIONS_STORE = "campaign-positions";
  static final String CAMPAIGNS_STORE = "campaigns";
  static final String RUNS_STORE = "runs";
  static final String TICKS_SEEN_STORE = "ticks-seen";
  static final String AWAITED_DELIVERIES_STORE = "awaited-deliveries";

  private Nodes() {}

  /** The sink of a lane's pushes. */
  static String pushes(Push.Lane lane) {
    return switch (lane) {
      case REWARD -> PUSHES;
      case REMINDER -> REMINDER_PUSHES;
      case CAMPAIGN -> CAMPAIGN_PUSHES;
    };
  }
}
