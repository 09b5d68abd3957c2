package app.goalgpt.connectors.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.goalgpt.connectors.capture.CaptureStage.Change;
import app.goalgpt.embedded.EmbeddedKafka;
import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.Json;
import app.goalgpt.settings.DatabaseConfig;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.connect.connector.policy.AllConnectorClientConfigOverridePolicy;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.runtime.Worker;
import org.apache.kafka.connect.runtime.isolation.Plugins;
import org.apache.kafka.connect.runtime.standalone.StandaloneConfig;
import org.apache.kafka.connect.runtime.standalone.StandaloneHerder;
import org.apache.kafka.connect.storage.FileOffsetBackingStore;
import org.apache.kafka.connect.storage.StringConverter;
import org.apache.kafka.connect.util.FutureCallback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The documented connector, run from its very file in a Connect worker, writes what our capture
 * writes for the same rows.
 */
class KafkaConnectTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final List<AppTable> TABLES =
      List.of(
          AppTable.BADGES,
          AppTable.CUSTOMER_DAILY_REWARDS,
          AppTable.CUSTOMER_USERS,
          AppTable.CUSTOMER_XP,
          AppTable.REFERRALS,
          AppTable.SCHEDULED_NOTIFICATIONS,
          AppTable.SUBSCRIPTIONS,
          AppTable.TS_PREDICTION_MAPPED);

  /** What differs between two databases that were told the same. */
  private static final List<String> TIMES_AND_POSITIONS =
      List.of("ts_ms", "ts_us", "ts_ns", "lsn", "txId", "sequence", "xmin");

  @TempDir private Path folder;

  @Test
  void aConnectorWritesWhatCaptureWrites() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.temporary()) {
      Map<AppTable, List<Change>> ours = new HashMap<>();
      try (CaptureStage stage = stage(kafka)) {
        stage.start();
        await().atMost(PATIENCE).until(() -> isStreaming(stage, "goalgpt"));
        write(stage);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(total(stage)).isEqualTo(15));
        TABLES.forEach(table -> ours.put(table, stage.changes(table)));
      }
      try (CaptureStage stage = stage(kafka)) {
        StandaloneHerder connect = connect(stage);
        try {
          await().atMost(PATIENCE).until(() -> isStreaming(stage, "goalgpt_connect"));
          write(stage);
          await().atMost(PATIENCE).untilAsserted(() -> assertThat(total(stage)).isEqualTo(2 * 15));
          for (AppTable table : TABLES) {
            Map<String, List<JsonNode>> all = byKey(stage.changes(table));
            byKey(ours.get(table))
                .forEach(
                    (key, values) ->
                        assertThat(all.get(key).subList(values.size(), all.get(key).size()))
                            .as("%s of %s", key, table)
                            .isEqualTo(values));
          }
        } finally {
          connect.stop();
        }
      }
    }
  }

  private static CaptureStage stage(EmbeddedKafka kafka) throws SQLException {
    CaptureStage stage = new CaptureStage(kafka, Map.of("TOPIC_PREFIX", "goalgpt")).install();
    stage.sql(
        "INSERT INTO customer_users (id, email) VALUES ('%s', 'a@b.c')".formatted(id(1)),
        "INSERT INTO customer_users (id, email) VALUES ('%s', 'd@e.f')".formatted(id(2)),
        "INSERT INTO badges (id, slug, name_tr, name_en, unlock_condition)"
            + " VALUES ('%s', 'a', 'a', 'b', '{\"type\": \"manual\"}')".formatted(id(3)));
    return stage;
  }

  /** With the rows of {@link #stage}: 15 changes. */
  private static void write(CaptureStage stage) throws SQLException {
    stage.sql(
        "INSERT INTO referrals (id, referrer_user_id, referred_user_id, referral_code, created_at, expires_at)"
            + " VALUES ('%s', '%s', '%s', 'code', '2026-01-01Z', '2026-02-01Z')"
                .formatted(id(4), id(1), id(2)),
        "UPDATE referrals SET status = 'rewarded'",
        "INSERT INTO customer_xp (id, customer_user_id) VALUES ('%s', '%s')"
            .formatted(id(5), id(1)),
        "UPDATE customer_xp SET total_earned = 10",
        "UPDATE customer_xp SET level = 'silver'",
        "INSERT INTO subscriptions (id, customer_user_id, status, platform, amount, started_at, expired_at, created_at)"
            + " VALUES ('%s', '%s', 'active', 'ios', 99.99, '2026-01-01Z', '2026-02-01Z', '2026-01-01Z')"
                .formatted(id(6), id(2)),
        "DELETE FROM subscriptions",
        "INSERT INTO ts_prediction_mapped (id) VALUES ('%s')".formatted(id(7)),
        "UPDATE ts_prediction_mapped SET purchased_by_user_id = '%s'".formatted(id(1)),
        "UPDATE ts_prediction_mapped SET result = 'won'",
        "INSERT INTO customer_daily_rewards (id, customer_user_id, reward_date, day_number, reward_type, claimed_at)"
            + " VALUES ('%s', '%s', '2028-02-29', 7, 'credits', '2028-02-29Z')"
                .formatted(id(8), id(1)),
        "INSERT INTO scheduled_notifications (id, title_tr, body_tr, target_audience, segment_filter, scheduled_at)"
            + " VALUES ('%s', 'a', 'b', 'segment', '{\"is_vip\": true}', '2026-01-01Z')"
                .formatted(id(9)));
  }

  private static UUID id(int number) {
    return new UUID(0, number);
  }

  private static long total(CaptureStage stage) {
    return TABLES.stream().mapToLong(stage::count).sum();
  }

  private static boolean isStreaming(CaptureStage stage, String slot) throws SQLException {
    return "t"
        .equals(
            stage.one("SELECT active FROM pg_replication_slots WHERE slot_name = '" + slot + "'"));
  }

  private static Map<String, List<JsonNode>> byKey(List<Change> changes) {
    return changes.stream()
        .collect(
            Collectors.groupingBy(
                change -> String.valueOf(change.key()),
                TreeMap::new,
                Collectors.mapping(KafkaConnectTest::comparable, Collectors.toList())));
  }

  private static JsonNode comparable(Change change) {
    ObjectNode value = change.value().deepCopy();
    value.remove(TIMES_AND_POSITIONS);
    ((ObjectNode) value.get("source")).remove(TIMES_AND_POSITIONS);
    return value;
  }

  /** What {@code connect-standalone.sh} runs, without its REST server. */
  private StandaloneHerder connect(CaptureStage stage) throws Exception {
    Map<String, String> properties = new HashMap<>();
    properties.put("bootstrap.servers", stage.kafka.bootstrapServers());
    properties.put("key.converter", StringConverter.class.getName());
    properties.put("value.converter", JsonConverter.class.getName());
    properties.put("offset.storage.file.filename", folder.resolve("offsets").toString());
    properties.put("plugin.discovery", "service_load");
    Plugins plugins = new Plugins(properties);
    StandaloneConfig config = new StandaloneConfig(properties);
    FileOffsetBackingStore offsets =
        new FileOffsetBackingStore(
            plugins.newInternalConverter(
                true, JsonConverter.class.getName(), Map.of("schemas.enable", "false")));
    offsets.configure(config);
    var policy = new AllConnectorClientConfigOverridePolicy();
    Worker worker = new Worker("worker", Time.SYSTEM, plugins, config, offsets, policy);
    StandaloneHerder herder = new StandaloneHerder(worker, config.kafkaClusterId(), policy);
    herder.start();
    Map<String, String> connector = connector(stage.config(Map.of()).database());
    FutureCallback<
            org.apache.kafka.connect.runtime.Herder.Created<
                org.apache.kafka.connect.runtime.rest.entities.ConnectorInfo>>
        created = new FutureCallback<>();
    herder.putConnectorConfig(connector.get("name"), connector, false, created);
    created.get();
    herder.ready();
    return herder;
  }

  /** docs/kafka-connect.json, but for where the database is. */
  private static Map<String, String> connector(DatabaseConfig database) throws IOException {
    JsonNode file = Json.MAPPER.readTree(Files.readAllBytes(Path.of("../docs/kafka-connect.json")));
    Map<String, String> connector = new HashMap<>();
    connector.put("name", file.get("name").textValue());
    file.get("config")
        .properties()
        .forEach(e -> connector.put(e.getKey(), e.getValue().textValue()));
    connector.put("database.hostname", database.host());
    connector.put("database.port", Integer.toString(database.port()));
    connector.put("database.dbname", database.database());
    connector.put("database.user", database.user());
    connector.put("database.password", database.password());
    return connector;
  }
}
