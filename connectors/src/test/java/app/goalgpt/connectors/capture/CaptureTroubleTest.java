package app.goalgpt.connectors.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.goalgpt.connectors.capture.CaptureStage.Change;
import app.goalgpt.embedded.EmbeddedKafka;
import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.DeadLetter;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.Topic;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A running capture, and things that go away and come back. */
class CaptureTroubleTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static EmbeddedKafka kafka;
  private static CaptureStage stage;

  @BeforeAll
  static void capture() throws SQLException {
    kafka = EmbeddedKafka.temporary();
    stage = new CaptureStage(kafka, Map.of("CAPTURE_HEARTBEAT_INTERVAL", "1s")).install();
    stage.start();
    await().atMost(PATIENCE).until(() -> gauge("goalgpt.capture.streaming") == 1);
  }

  @AfterAll
  static void stop() {
    stage.close();
    kafka.close();
    assertThat(stage.fatal).isEmpty();
  }

  @Test
  void postgresRestartsAndCaptureGoesOn() throws SQLException {
    String before = insert();
    stage.postgres.restart();
    String after = insert();
    awaitInserts(before, after);
  }

  @Test
  void theBrokerRestartsAndCaptureGoesOn() throws SQLException {
    String before = insert();
    stage.kafka.restart();
    String after = insert();
    awaitInserts(before, after);
  }

  @Test
  void theSlotMovesOnWhileOnlyOtherTablesAreWritten() throws SQLException {
    stage.sql("CREATE TABLE IF NOT EXISTS others (n int)");
    stage.sql("INSERT INTO others SELECT generate_series(1, 10000)");
    long written = stage.written();
    await().atMost(PATIENCE).until(() -> stage.confirmed() >= written);
    assertThat(stage.changes(AppTable.CUSTOMER_PUSH_TOKENS)).isEmpty();
  }

  @Test
  void anUpdateOfOtherColumnsOnlyIsNotPublished() throws SQLException {
    String badge = UUID.randomUUID().toString();
    stage.sql(
        badge(badge, "{\"type\":\"manual\"}"),
        "UPDATE badges SET total_unlocks = 7 WHERE id = '%s'".formatted(badge),
        "UPDATE badges SET is_active = false WHERE id = '%s'".formatted(badge));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(stage.changes(AppTable.BADGES))
                    .filteredOn(change -> badge.equals(change.key()))
                    .extracting(Change::op, change -> change.after().get("is_active").asBoolean())
                    .containsExactly(
                        org.assertj.core.api.Assertions.tuple("c", true),
                        org.assertj.core.api.Assertions.tuple("u", false)));
  }

  @Test
  void aChangeTooLargeForItsTopicIsSetAsideAndTheRestGoesOn() throws Exception {
    String topic = stage.topic(AppTable.BADGES);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", stage.kafka.bootstrapServers()))) {
      ConfigEntry limit = new ConfigEntry("max.message.bytes", "20000");
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, topic),
                  List.of(new AlterConfigOp(limit, AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
    String large = UUID.randomUUID().toString();
    String small = UUID.randomUUID().toString();
    stage.sql(
        badge(large, "{\"type\":\"manual\",\"noise\":\"" + noise(60_000) + "\"}"),
        badge(small, "{\"type\":\"manual\"}"));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(stage.changes(AppTable.BADGES)).extracting(Change::key).contains(small);
              assertThat(stage.changes(stage.topics().name(Topic.DEAD_LETTERS)))
                  .filteredOn(change -> large.equals(change.key()))
                  .extracting(
                      change -> Json.MAPPER.convertValue(change.value(), DeadLetter.class).cause())
                  .allSatisfy(
                      cause -> assertThat(cause).contains("table badges", "max.message.bytes"))
                  .isNotEmpty();
            });
  }

  /** Text that does not compress. */
  private static String noise(int length) {
    StringBuilder noise = new StringBuilder();
    while (noise.length() < length) {
      noise.append(UUID.randomUUID());
    }
    return noise.toString();
  }

  private static String badge(String id, String condition) {
    return "INSERT INTO badges (id, slug, name_tr, name_en, unlock_condition) VALUES ('%s', '%1$s', 'a', 'b', '%s')"
        .formatted(id, condition);
  }

  private static String insert() throws SQLException {
    String id = UUID.randomUUID().toString();
    stage.sql("INSERT INTO ts_prediction_mapped (id) VALUES ('%s')".formatted(id));
    return id;
  }

  private static void awaitInserts(String... ids) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(stage.changes(AppTable.TS_PREDICTION_MAPPED))
                    .extracting(change -> change.after().get("id").textValue())
                    .contains(ids));
  }

  private static double gauge(String name) {
    return stage.registry.get(name).gauge().value();
  }
}
