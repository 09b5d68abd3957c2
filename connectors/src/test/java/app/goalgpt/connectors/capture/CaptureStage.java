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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

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

  private static final AtomicInteger STAGES = new AtomicInteger();

  final EmbeddedPostgres postgres;
  final EmbeddedKafka kafka;
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final List<Throwable> fatal = new ArrayList<>();
  private final Map<String, String> overrides;
  private Capture capture;

  /** On a broker that several stages share, under a prefix of its own. */
  CaptureStage(EmbeddedKafka kafka, Map<String, String> overrides) {
    this.overrides = new HashMap<>(overrides);
    this.overrides.putIfAbsent("TOPIC_PREFIX", "stage" + STAGES.incrementAndGet());
    this.overrides.put("TOPIC_PARTITIONS", "3");
    this.kafka = kafka;
    postgres = EmbeddedPostgres.temporary();
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
    return Settings.of(environment()).with(more);
  }

  /** What a process needs to work on this stage. */
  Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(overrides);
    environment.putAll(postgres.settings());
    environment.putAll(kafka.settings());
    return environment;
  }

  CaptureConfig config(Map<String, String> more) {
    return CaptureConfig.from(settings(more));
  }

  void start() {
    start(Map.of());
  }

  /** Starts capture; it stops with {@link #stop} or with the stage. */
  void start(Map<String, String> more) {
    capture = Capture.start(config(more), registry, fatal::add);
  }

  void stop() {
    if (capture != null) {
      capture.close();
      capture = null;
    }
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

  /** How far the slot is confirmed, in bytes of WAL. */
  long confirmed() throws SQLException {
    return Long.parseLong(
        one(
            "SELECT confirmed_flush_lsn - '0/0'::pg_lsn FROM pg_replication_slots"
                + " WHERE slot_name = 'goalgpt'"));
  }

  /** How far the server's WAL is written, in bytes. */
  long written() throws SQLException {
    return Long.parseLong(one("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn"));
  }

  Topics topics() {
    CaptureConfig config = config(Map.of());
    return new Topics(config.kafka(), config.tables());
  }

  String topic(AppTable table) {
    return topics().changes(table);
  }

  /** All of a table's changes so far, in the order of each partition. */
  List<Change> changes(AppTable table) {
    return changes(topic(table));
  }

  List<Change> changes(String topic) {
    return kafka.committed(topic).stream().map(CaptureStage::change).toList();
  }

  /** How many records are on a table's topic, without reading them. */
  long count(AppTable table) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("bootstrap.servers", kafka.bootstrapServers());
    try (Admin admin = Admin.create(properties)) {
      TopicDescription topic =
          admin.describeTopics(List.of(topic(table))).allTopicNames().get().get(topic(table));
      Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
      topic
          .partitions()
          .forEach(
              info ->
                  ends.put(
                      new TopicPartition(topic.name(), info.partition()), OffsetSpec.latest()));
      return admin.listOffsets(ends).all().get().values().stream()
          .mapToLong(ListOffsetsResultInfo::offset)
          .sum();
    } catch (ExecutionException e) {
      return 0; // the topic is not there yet
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
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
    stop();
    postgres.close();
  }
}
