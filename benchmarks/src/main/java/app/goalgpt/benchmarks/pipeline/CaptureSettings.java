package app.goalgpt.benchmarks.pipeline;

import app.goalgpt.connectors.capture.CaptureConfig;
import app.goalgpt.messages.AppTable;
import app.goalgpt.settings.DatabaseConfig;
import io.debezium.connector.postgresql.PostgresConnector;
import java.util.Properties;
import org.apache.kafka.connect.storage.MemoryOffsetBackingStore;

/**
 * Debezium's properties for the floor and for Debezium alone: match_comments only, otherwise the
 * numbers that our capture uses (MEASURED, "Settings that mattered").
 */
final class CaptureSettings {
  static final String PREFIX = "floor";
  static final String CHANGES = PREFIX + ".public.match_comments";

  private CaptureSettings() {}

  /**
   * @param slot the replication slot, there already
   */
  static Properties of(CaptureConfig ours, String slot, String publication) {
    Properties properties = new Properties();
    DatabaseConfig database = ours.database();
    properties.put("name", slot);
    properties.put("connector.class", PostgresConnector.class.getName());
    properties.put("topic.prefix", PREFIX);
    properties.put("database.hostname", database.host());
    properties.put("database.port", Integer.toString(database.port()));
    properties.put("database.dbname", database.database());
    properties.put("database.user", database.user());
    properties.put("database.password", database.password());
    properties.put("plugin.name", "pgoutput");
    properties.put("slot.name", slot);
    properties.put("publication.name", publication);
    properties.put("publication.autocreate.mode", "disabled");
    properties.put("table.include.list", "public\\.match_comments");
    properties.put(
        "column.include.list",
        "public\\.match_comments\\.("
            + String.join("|", AppTable.MATCH_COMMENTS.capturedColumns())
            + ")");
    properties.put("message.key.columns", "public\\.match_comments:customer_user_id");
    properties.put("decimal.handling.mode", "string");
    properties.put("tombstones.on.delete", "false");
    properties.put("snapshot.mode", "no_data");
    properties.put("offset.storage", MemoryOffsetBackingStore.class.getName());
    properties.put("offset.flush.interval.ms", "1000");
    properties.put("poll.interval.ms", Long.toString(ours.pollInterval().toMillis()));
    properties.put("max.batch.size", "2048");
    properties.put("max.queue.size", "8192");
    properties.put("queue.provider.type", "parking");
    properties.put("status.update.interval.ms", "1000");
    properties.put("key.converter.schemas.enable", "false");
    properties.put("value.converter.schemas.enable", "false");
    return properties;
  }
}
