package app.goalgpt.connectors;

import app.goalgpt.connectors.housekeeping.HousekeepingConfig;
import app.goalgpt.messages.AppTables;
import app.goalgpt.settings.BusinessTime;
import app.goalgpt.settings.DatabaseConfig;
import app.goalgpt.settings.KafkaConfig;
import app.goalgpt.settings.Settings;
import java.time.Duration;
import java.time.ZoneId;

/**
 * What the jobs in the database are told.
 *
 * @param zone the business time zone
 * @param runPatience how long a run may be silent before it is closed as failed
 * @param partnerDays how often a partner's day that changed is published and corrected
 * @param housekeeping what the cleanup jobs are told
 * @param databasePatience how long a start waits for a database that does not answer
 */
public record JobsConfig(
    KafkaConfig kafka,
    DatabaseConfig database,
    AppTables tables,
    ZoneId zone,
    Duration runPatience,
    Duration partnerDays,
    HousekeepingConfig housekeeping,
    Duration databasePatience) {
  /**
   * Reads BUSINESS_ZONE, JOB_RUN_PATIENCE (15m), PARTNER_DAYS_INTERVAL (2s), DATABASE_PATIENCE (1m)
   * what housekeeping reads and what names the broker, the database and its tables.
   */
  public static JobsConfig from(Settings settings) {
    return new JobsConfig(
        KafkaConfig.from(settings),
        DatabaseConfig.from(settings),
        AppTables.from(settings),
        BusinessTime.zone(settings),
        settings.duration(
            "JOB_RUN_PATIENCE", Duration.ofMinutes(15), Duration.ofSeconds(1), Duration.ofDays(7)),
        settings.duration(
            "PARTNER_DAYS_INTERVAL",
            Duration.ofSeconds(2),
            Duration.ofMillis(1),
            Duration.ofSeconds(10)),
        HousekeepingConfig.from(settings),
        DatabaseConfig.patience(settings));
  }
}
