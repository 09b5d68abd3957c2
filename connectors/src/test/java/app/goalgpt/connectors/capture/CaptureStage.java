package app.goalgpt.connectors.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import app.goalgpt.connectors.Migrations;
import app.goalgpt.embedded.AppSchema;
import app.goalgpt.embedded.EmbeddedKafka;
import app.goalgpt.embedded.EmbeddedPostgres;
import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.Topics;
import app.goalgpt.settings.Settings;
import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A database with the app's schema and ours, a broker, and what is read from its topics. */
final class CaptureStage implements AutoCloseable {
  /** A change as it lies on its topic. */
  record Change(String key, int partition, JsonNode value) {
    String op() {
      return value.get("op").textValue();
    }

    JsonNode after() {
      return value.get("after");
    }

    JsonNode before() {
      return value.get("before");
    }
  }

  final EmbeddedPostgres postgres;
  final EmbeddedKafka kafka;
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final List<Throwable> fatal = new ArrayList<>();
  private final Map<String, String> overrides;

  CaptureStage() {
    this(Map.of());
  }

  CaptureStage(Map<String, String> overrides) {
    this.overrides = new HashMap<>(overrides);
    postgres = EmbeddedPostgres.temporary();
    kafka = EmbeddedKafka.temporary();
  }

  /** The app's schema and our migrations. */
  CaptureStage install() throws SQLException {
    try (Connection connection = postgres.connect()) {
      AppSchema.install(connection);
    }
    migrate();
    return this;
  }

  void migrate() {
    CaptureConfig config = config(Map.of());
    Migrations.migrate(config.database(), config.tables());
  }

  Settings settings(Map<String, String> more) {
    return Settings.of(postgres.settings()).with(kafka.settings()).with(overrides).with(more);
  }

  CaptureConfig config(Map<String, String> more) {
    return CaptureConfig.from(settings(more));
  }

  Capture start() {
    return start(Map.of());
  }

  Capture start(Map<String, String> more) {
    return Capture.start(config(more), registry, fatal::add);
  }

  void sql(String... statements) throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  String one(String sql) throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getString(1) : null;
    }
  }

  String topic(AppTable table) {
    CaptureConfig config = config(Map.of());
    return new Topics(config.kafka(), config.tables()).changes(table);
  }

  /** All of a table's changes so far, in the order of each partition. */
  List<Change> changes(AppTable table) {
    return changes(topic(table));
  }

  List<Change> changes(String topic) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("bootstrap.servers", kafka.bootstrapServers());
    List<Change> changes = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        for (ConsumerRecord<byte[], byte[]> found : consumer.poll(Duration.ofMillis(200))) {
          changes.add(change(found));
        }
      }
    }
    return changes;
  }

  private static Change change(ConsumerRecord<byte[], byte[]> found) {
    try {
      return new Change(
          found.key() == null ? null : new String(found.key(), UTF_8),
          found.partition(),
          Json.MAPPER.readTree(found.value()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    kafka.close();
    postgres.close();
  }
}
