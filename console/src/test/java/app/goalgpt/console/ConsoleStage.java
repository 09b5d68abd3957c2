package app.goalgpt.console;

import app.goalgpt.connectors.Migrations;
import app.goalgpt.embedded.AppSchema;
import app.goalgpt.embedded.EmbeddedKafka;
import app.goalgpt.embedded.EmbeddedPostgres;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.OperatorAction;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import app.goalgpt.settings.DatabaseConfig;
import app.goalgpt.settings.KafkaConfig;
import app.goalgpt.settings.Settings;
import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A console over a real database and a real broker, and what is around it. */
final class ConsoleStage implements AutoCloseable {
  static final String TOKEN = "a-token-of-this-test-0123456789";

  /** For whatever is waited for, on a machine that is busy with something else. */
  static final Duration PATIENCE = Duration.ofMinutes(1);

  final EmbeddedPostgres postgres = EmbeddedPostgres.temporary();
  final EmbeddedKafka kafka = EmbeddedKafka.temporary();
  final MeterRegistry registry = new SimpleMeterRegistry();
  final AtomicReference<Throwable> fatal = new AtomicReference<>();
  final Settings settings;
  final Topics topics;
  final Console console;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final KafkaProducer<byte[], byte[]> producer;

  ConsoleStage() throws SQLException {
    try (Connection connection = postgres.connect()) {
      AppSchema.install(connection);
    }
    Map<String, String> values = new HashMap<>(postgres.settings());
    values.putAll(kafka.settings());
    values.put("TOPIC_PARTITIONS", "2");
    values.put("CONSOLE_PORT", "0");
    values.put("CONSOLE_TOKEN", TOKEN);
    settings = Settings.of(values);
    AppTables tables = AppTables.from(settings);
    Migrations.migrate(DatabaseConfig.from(settings), tables);
    topics = new Topics(KafkaConfig.from(settings), tables);
    console = Console.start(ConsoleConfig.from(settings), Clock.systemUTC(), registry, fatal::set);
    producer =
        new KafkaProducer<>(
            KafkaConfig.from(settings).clientProperties(),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  void sql(String statements) throws SQLException {
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(statements);
    }
  }

  URI at(String path) {
    return console.address().resolve(path);
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(at(path)).header("Authorization", "Bearer " + TOKEN);
  }

  HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return http.send(request, BodyHandlers.ofString());
  }

  HttpClient http() {
    return http;
  }

  /** An answer of 200. */
  JsonNode get(String path) throws IOException, InterruptedException {
    HttpResponse<String> response = send(request(path).GET().build());
    if (response.statusCode() != 200) {
      throw new AssertionError(path + ": " + response.statusCode() + " " + response.body());
    }
    return Json.MAPPER.readTree(response.body());
  }

  HttpResponse<String> change(String method, String path, String body)
      throws IOException, InterruptedException {
    return send(
        request(path)
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .header("Content-Type", "application/json")
            .build());
  }

  /** Returns the record's offset. */
  long produce(String topic, String key, byte[] value) {
    return produce(
        new ProducerRecord<>(
            topic, key == null ? null : key.getBytes(StandardCharsets.UTF_8), value));
  }

  long produce(String topic, int partition, byte[] value) {
    return produce(new ProducerRecord<>(topic, partition, null, value));
  }

  private long produce(ProducerRecord<byte[], byte[]> record) {
    try {
      return producer.send(record).get().offset();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** All that is committed on a topic. */
  List<ConsumerRecord<byte[], byte[]>> records(String topic) {
    return kafka.committed(topic);
  }

  /** The audit log. */
  List<OperatorAction> actions() {
    return records(topics.name(Topic.OPERATOR_ACTIONS)).stream()
        .map(found -> Json.read(found.value(), OperatorAction.class))
        .toList();
  }

  @Override
  public void close() {
    producer.close();
    console.close();
    kafka.close();
    postgres.close();
  }
}
