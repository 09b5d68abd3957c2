package app.goalgpt.connectors.capture;

import static java.util.stream.Collectors.joining;

import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.AppTables;
import app.goalgpt.settings.DatabaseConfig;
import io.debezium.connector.postgresql.PostgresConnector;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.connect.storage.MemoryOffsetBackingStore;

/**
 * Debezium's configuration. What decides the records' shape stands also in {@code
 * docs/kafka-connect.json}, and a test compares the two.
 */
final class EngineProperties {
  /** The table that only capture writes to; in the publication, but not captured. */
  static final String HEARTBEAT_TABLE = "capture_heartbeat";

  /** The topic name of Debezium's notices about the snapshot; they never reach Kafka. */
  static final String NOTICES = "snapshot-notices";

  private final CaptureConfig config;

  EngineProperties(CaptureConfig config) {
    this.config = config;
  }

  /** Reads every row of every table once, says so in a notice, and does not stream. */
  Properties snapshot() {
    Properties properties = base();
    // Only the snapshot, so that streaming always starts at the slot's confirmed position:
    // Debezium's
    // own change-over from snapshot to stream starts at the snapshot's position when the slot was
    // there
    // before, and would lose what an interrupted snapshot before it has read and was deleted since.
    properties.put("snapshot.mode", "initial_only");
    properties.put("notification.enabled.channels", "sink");
    properties.put("notification.sink.topic.name", NOTICES);
    return properties;
  }

  /** Streams from the slot's confirmed position. */
  Properties stream() {
    Properties properties = base();
    properties.put("snapshot.mode", "no_data");
    properties.put("heartbeat.interval.ms", Long.toString(config.heartbeat().toMillis()));
    properties.put("heartbeat.action.query", heartbeatQuery());
    return properties;
  }

  private Properties base() {
    Properties properties = new Properties();
    properties.put("name", "goalgpt-capture");
    properties.put("connector.class", PostgresConnector.class.getName());
    properties.put("topic.prefix", config.kafka().topicPrefix());
    connection(properties);
    tables(properties);
    position(properties);
    pace(properties);
    return properties;
  }

  private void connection(Properties properties) {
    DatabaseConfig database = config.database();
    properties.put("database.hostname", database.host());
    properties.put("database.port", Integer.toString(database.port()));
    properties.put("database.dbname", database.database());
    properties.put("database.user", database.user());
    properties.put("database.password", database.password());
    for (String parameter : database.parameters().split("&")) {
      String[] nameAndValue = parameter.split("=", 2);
      if (nameAndValue.length == 2) {
        properties.put("driver." + nameAndValue[0], nameAndValue[1]);
      }
    }
    properties.put("plugin.name", "pgoutput");
    properties.put("slot.name", config.slot());
    properties.put("publication.name", config.publication());
    properties.put("publication.autocreate.mode", "disabled");
  }

  /** The shape of the records. */
  private void tables(Properties properties) {
    AppTables names = config.tables();
    List<AppTable> captured =
        Arrays.stream(AppTable.values()).filter(AppTable::isCaptured).toList();
    // The order of this list is also the order in which a snapshot reads.
    properties.put(
        "table.include.list",
        captured.stream().map(table -> pattern(names, table)).collect(joining(",")));
    properties.put(
        "column.include.list",
        captured.stream().map(table -> columns(names, table)).collect(joining(",")));
    properties.put(
        "message.key.columns",
        captured.stream()
            .map(table -> pattern(names, table) + ":" + names.column(table, table.keyColumn()))
            .collect(joining(";")));
    properties.put("decimal.handling.mode", "string");
    properties.put("tombstones.on.delete", "false");
    // An update of other columns only (a badge's total_unlocks, a balance) is nobody's business
    // here.
    properties.put("skip.messages.without.change", "true");
  }

  private static String pattern(AppTables names, AppTable table) {
    return names.schema() + "\\." + names.table(table);
  }

  private static String columns(AppTables names, AppTable table) {
    String columns =
        table.capturedColumns().isEmpty()
            ? ".*"
            : "(" + String.join("|", names.capturedColumns(table)) + ")";
    return pattern(names, table) + "\\." + columns;
  }

  /**
   * The slot is the position: nothing is remembered beside it, and Debezium never resumes on its
   * own from what it remembers in memory (dbz#76, dbz#1554). Who starts it again is {@link
   * Capture}, with an empty memory.
   */
  private static void position(Properties properties) {
    properties.put("offset.storage", MemoryOffsetBackingStore.class.getName());
    properties.put("offset.flush.interval.ms", "1000");
    properties.put("errors.max.retries", "0");
    properties.put("slot.max.retries", "0");
  }

  private void pace(Properties properties) {
    properties.put("poll.interval.ms", Long.toString(config.pollInterval().toMillis()));
    properties.put("max.batch.size", "2048");
    properties.put("max.queue.size", "8192");
    properties.put("queue.provider.type", ParkingQueueProvider.NAME);
    properties.put("status.update.interval.ms", "1000");
    properties.put("lsn.flush.timeout.ms", "5000");
    properties.put("task.management.timeout.ms", "30000");
  }

  private String heartbeatQuery() {
    return ("INSERT INTO \"%s\".%s (slot, beat_at) VALUES ('%s', now())"
            + " ON CONFLICT (slot) DO UPDATE SET beat_at = excluded.beat_at")
        .formatted(config.tables().schema(), HEARTBEAT_TABLE, config.slot());
  }
}
