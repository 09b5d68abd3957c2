package app.goalgpt.topology;

import app.goalgpt.messages.AppTables;
import app.goalgpt.settings.BusinessTime;
import app.goalgpt.settings.KafkaConfig;
import app.goalgpt.settings.QualifyingStatuses;
import app.goalgpt.settings.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * @param stateDir where the local state lives; outside the temporary folder, kept across restarts
 * @param threads stream threads of this instance
 * @param standbys copies of each state kept warm on other instances
 * @param rocksdbMegabytes memory outside the heap that the stores of this instance share
 * @param commitInterval the longest that a record waits for its commit; what somebody waits for is
 *     committed sooner
 * @param transactionTimeout how long the broker waits for a transaction before it aborts it:
 *     readers wait as long for one that a killed instance left open; an instance that is starved of
 *     CPU for longer starts over
 * @param qualifyingStatuses statuses of a tier 1 referral that may reach tier 2
 * @param rewardPushLifetime how long after settlement a reward's push is worth sending
 * @param badgePushWindow how long a badge's push waits for others of its customer, to be told in
 *     one
 * @param zone of every "today"
 * @param tickLifetime how old a tick may be that still has an effect
 */
public record TopologyConfig(
    KafkaConfig kafka,
    AppTables tables,
    Path stateDir,
    int threads,
    int standbys,
    int rocksdbMegabytes,
    Duration commitInterval,
    Duration transactionTimeout,
    Set<String> qualifyingStatuses,
    Duration rewardPushLifetime,
    Duration badgePushWindow,
    ZoneId zone,
    Duration tickLifetime) {

  /** A day of 25 hours, in each of which a campaign tells some of its customers. */
  private static final Duration LONGEST_CAMPAIGN = Duration.ofHours(25);

  /** Whatever could make a push again after a lost state finds it on the pushes topic. */
  public Duration pushMemory() {
    return Collections.max(List.of(rewardPushLifetime, tickLifetime.plus(LONGEST_CAMPAIGN)));
  }

  /** Reads the TOPOLOGY_… settings, and those of Kafka and of the tables' names. */
  public static TopologyConfig from(Settings settings) {
    return new TopologyConfig(
        KafkaConfig.from(settings),
        AppTables.from(settings),
        settings.path("TOPOLOGY_STATE_DIR", Path.of(".goalgpt", "topology")),
        settings.integer("TOPOLOGY_THREADS", 1, 1, 64),
        settings.integer("TOPOLOGY_STANDBYS", 0, 0, 5),
        settings.integer("TOPOLOGY_ROCKSDB_MEMORY_MB", 256, 16, 1_000_000),
        settings.duration(
            "TOPOLOGY_COMMIT_INTERVAL",
            Duration.ofMillis(500),
            Duration.ofMillis(1),
            Duration.ofSeconds(30)),
        settings.duration(
            "TOPOLOGY_TRANSACTION_TIMEOUT",
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            Duration.ofMinutes(15)),
        Set.copyOf(QualifyingStatuses.from(settings)),
        settings.duration(
            "REWARD_PUSH_LIFETIME",
            Duration.ofHours(24),
            Duration.ofSeconds(1),
            Duration.ofDays(2)),
        settings.duration(
            "BADGE_PUSH_WINDOW", Duration.ZERO, Duration.ZERO, Duration.ofMinutes(10)),
        BusinessTime.zone(settings),
        settings.duration(
            "TICK_LIFETIME", Duration.ofHours(6), Duration.ofMinutes(1), Duration.ofDays(2)));
  }
}
