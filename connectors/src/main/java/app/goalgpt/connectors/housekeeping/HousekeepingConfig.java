package app.goalgpt.connectors.housekeeping;

import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.AppTables;
import app.goalgpt.settings.DatabaseConfig;
import app.goalgpt.settings.Settings;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * What the cleanup jobs are told.
 *
 * @param retention how long a table's rows stay; a day is 24 hours
 * @param batch most rows deleted, or moved, in one transaction
 * @param pause between two transactions, for everybody else
 * @param lockPatience how long a table that somebody has locked is waited for; a locked row is
 *     passed over at once
 */
public record HousekeepingConfig(
    DatabaseConfig database,
    AppTables tables,
    Map<AppTable, Duration> retention,
    int batch,
    Duration pause,
    Duration lockPatience) {
  private static final Duration LEAST = Duration.ofDays(1);
  private static final Duration MOST = Duration.ofDays(36_500);

  public HousekeepingConfig {
    retention = Map.copyOf(retention);
  }

  /**
   * Reads RETENTION_<i>TABLE</i> (SPEC's), HOUSEKEEPING_BATCH (500), HOUSEKEEPING_PAUSE (50ms),
   * HOUSEKEEPING_LOCK_PATIENCE (5s) and what names the database and its tables.
   */
  public static HousekeepingConfig from(Settings settings) {
    return new HousekeepingConfig(
        DatabaseConfig.from(settings),
        AppTables.from(settings),
        retention(settings),
        settings.integer("HOUSEKEEPING_BATCH", 500, 1, 100_000),
        settings.duration(
            "HOUSEKEEPING_PAUSE", Duration.ofMillis(50), Duration.ZERO, Duration.ofMinutes(1)),
        settings.duration(
            "HOUSEKEEPING_LOCK_PATIENCE",
            Duration.ofSeconds(5),
            Duration.ofMillis(1),
            Duration.ofHours(1)));
  }

  private static Map<AppTable, Duration> retention(Settings settings) {
    Map<AppTable, Duration> retention = new EnumMap<>(AppTable.class);
    retention.put(
        AppTable.CUSTOMER_PUSH_TOKENS,
        settings.duration("RETENTION_CUSTOMER_PUSH_TOKENS", Duration.ofDays(90), LEAST, MOST));
    retention.put(
        AppTable.CUSTOMER_XP_TRANSACTIONS,
        settings.duration("RETENTION_CUSTOMER_XP_TRANSACTIONS", Duration.ofDays(365), LEAST, MOST));
    retention.put(
        AppTable.CUSTOMER_CREDIT_TRANSACTIONS,
        settings.duration(
            "RETENTION_CUSTOMER_CREDIT_TRANSACTIONS", Duration.ofDays(365), LEAST, MOST));
    retention.put(
        AppTable.CUSTOMER_AD_VIEWS,
        settings.duration("RETENTION_CUSTOMER_AD_VIEWS", Duration.ofDays(180), LEAST, MOST));
    retention.put(
        AppTable.MATCH_COMMENT_LIKES,
        settings.duration("RETENTION_MATCH_COMMENT_LIKES", Duration.ofDays(365), LEAST, MOST));
    retention.put(
        AppTable.SCHEDULED_NOTIFICATIONS,
        settings.duration("RETENTION_SCHEDULED_NOTIFICATIONS", Duration.ofDays(90), LEAST, MOST));
    retention.put(
        AppTable.JOB_EXECUTION_LOGS,
        settings.duration("RETENTION_JOB_EXECUTION_LOGS", Duration.ofDays(90), LEAST, MOST));
    return retention;
  }
}
