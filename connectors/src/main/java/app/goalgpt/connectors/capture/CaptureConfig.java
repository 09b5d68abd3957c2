package app.goalgpt.connectors.capture;

import app.goalgpt.messages.AppTables;
import app.goalgpt.settings.DatabaseConfig;
import app.goalgpt.settings.KafkaConfig;
import app.goalgpt.settings.Settings;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * What capture needs to know.
 *
 * @param database whose changes are captured; the role needs REPLICATION, SELECT on the captured
 *     tables, and INSERT and UPDATE on the heartbeat table
 * @param kafka where they go
 * @param tables what this database calls its tables and columns
 * @param slot the replication slot: the position up to which everything is on Kafka
 * @param publication the publication that the migrations made
 * @param resnapshot whether to read all tables again although that was done before
 * @param pollInterval how long a change may wait for others to share its way, 1 ms to 1 s: latency
 *     against idle CPU
 * @param heartbeat how often the slot moves on while the captured tables are quiet, 1 s to 10 min
 */
public record CaptureConfig(
    DatabaseConfig database,
    KafkaConfig kafka,
    AppTables tables,
    String slot,
    String publication,
    boolean resnapshot,
    Duration pollInterval,
    Duration heartbeat) {
  // What Postgres allows in a slot's name; publications could have others, but need not.
  private static final Pattern NAME = Pattern.compile("[a-z0-9_]{1,63}");
  private static final String NAME_ALLOWED = "1 to 63 lower case letters, digits, underscores";

  /**
   * Reads CAPTURE_SLOT, CAPTURE_PUBLICATION, CAPTURE_RESNAPSHOT, CAPTURE_POLL_INTERVAL and
   * CAPTURE_HEARTBEAT_INTERVAL, and what {@link DatabaseConfig}, {@link KafkaConfig} and {@link
   * AppTables} read.
   */
  public static CaptureConfig from(Settings settings) {
    return new CaptureConfig(
        DatabaseConfig.from(settings),
        KafkaConfig.from(settings),
        AppTables.from(settings),
        settings.matching("CAPTURE_SLOT", "goalgpt", NAME, NAME_ALLOWED),
        settings.matching("CAPTURE_PUBLICATION", "goalgpt", NAME, NAME_ALLOWED),
        settings.flag("CAPTURE_RESNAPSHOT", false),
        settings.duration(
            "CAPTURE_POLL_INTERVAL",
            Duration.ofMillis(2),
            Duration.ofMillis(1),
            Duration.ofSeconds(1)),
        settings.duration(
            "CAPTURE_HEARTBEAT_INTERVAL",
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            Duration.ofMinutes(10)));
  }
}
