package app.goalgpt.notifier;

import app.goalgpt.messages.AppTables;
import app.goalgpt.settings.KafkaConfig;
import app.goalgpt.settings.Settings;
import java.time.Duration;

/**
 * @param tables what the app's tables are called: topics are named after them
 * @param fcm how FCM is reached
 * @param inFlight messages (devices of pushes) of each lane held in memory, being sent or waiting
 *     to be sent; reading of that lane stops while there are as many
 * @param concurrency requests under way at once; FCM allows 100 on a connection
 * @param quota requests a minute that all instances together may make
 * @param rampUp how long the way from nothing to the whole rate takes, at the least
 * @param firstRetry the first pause after UNAVAILABLE, INTERNAL or a broken connection; doubles
 * @param longestRetry where the doubling ends
 * @param memory how long a sent push is remembered: at least the longest lifetime of a push, at
 *     most the retention of the deliveries topic
 * @param memoryPushes how many sent pushes are remembered at most, all partitions together
 * @param kindness when people are left alone
 * @param drain how long a stop, or a partition's move, waits for answers that are under way
 */
public record NotifierConfig(
    KafkaConfig kafka,
    AppTables tables,
    FcmConfig fcm,
    int inFlight,
    int concurrency,
    int quota,
    Duration rampUp,
    Duration firstRetry,
    Duration longestRetry,
    Duration memory,
    int memoryPushes,
    Kindness kindness,
    Duration drain) {

  /**
   * Reads the settings of {@link KafkaConfig}, {@link AppTables}, {@link FcmConfig} and {@link
   * Kindness}, and NOTIFIER_IN_FLIGHT, NOTIFIER_CONCURRENCY, FCM_QUOTA, NOTIFIER_RAMP_UP,
   * NOTIFIER_FIRST_RETRY, NOTIFIER_LONGEST_RETRY, NOTIFIER_MEMORY, NOTIFIER_MEMORY_PUSHES and
   * NOTIFIER_DRAIN.
   */
  public static NotifierConfig from(Settings settings) {
    return new NotifierConfig(
        KafkaConfig.from(settings),
        AppTables.from(settings),
        FcmConfig.from(settings),
        settings.integer("NOTIFIER_IN_FLIGHT", 10_000, 1, 1_000_000),
        settings.integer("NOTIFIER_CONCURRENCY", 100, 1, 500),
        settings.integer("FCM_QUOTA", 600_000, 600, 100_000_000),
        settings.duration(
            "NOTIFIER_RAMP_UP", Duration.ofMinutes(1), Duration.ZERO, Duration.ofHours(1)),
        settings.duration(
            "NOTIFIER_FIRST_RETRY",
            Duration.ofSeconds(1),
            Duration.ofMillis(1),
            Duration.ofMinutes(10)),
        settings.duration(
            "NOTIFIER_LONGEST_RETRY",
            Duration.ofMinutes(1),
            Duration.ofMillis(1),
            Duration.ofHours(1)),
        settings.duration(
            "NOTIFIER_MEMORY", Duration.ofDays(2), Duration.ofMinutes(1), Duration.ofDays(7)),
        settings.integer("NOTIFIER_MEMORY_PUSHES", 3_000_000, 10_000, 1_000_000_000),
        Kindness.from(settings),
        settings.duration(
            "NOTIFIER_DRAIN", Duration.ofSeconds(10), Duration.ZERO, Duration.ofMinutes(1)));
  }

  /** How many sent pushes are remembered at most of one partition. */
  int memoryOfSlot() {
    return Math.max(1, memoryPushes / kafka.partitions());
  }

  /** The consumer group that notifiers of this deployment share. */
  public String groupId() {
    return kafka.topicPrefix() + "-notifier";
  }
}
