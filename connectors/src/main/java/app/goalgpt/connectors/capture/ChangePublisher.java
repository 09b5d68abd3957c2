package app.goalgpt.connectors.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.DeadLetter;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import app.goalgpt.settings.KafkaConfig;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts Debezium's changes on their topics. A batch is marked processed, which lets the slot's
 * position move over it, only after Kafka has acknowledged every record of it; otherwise the engine
 * fails and everything since the slot's position comes again.
 */
final class ChangePublisher
    implements DebeziumEngine.ChangeConsumer<ChangeEvent<SourceRecord, SourceRecord>>,
        AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ChangePublisher.class);
  private static final int NO_CUSTOMER_PARTITION = 0;

  private final Map<String, AppTable> tables;
  private final String deadLetters;
  private final CaptureMetrics metrics;
  private final Clock clock;
  private final Runnable onSnapshotCompleted;
  private final JsonConverter json = new JsonConverter();
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaClientMetrics clientMetrics;
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final Queue<ProducerRecord<byte[], byte[]>> tooLarge = new ConcurrentLinkedQueue<>();

  /**
   * @param onSnapshotCompleted called when Kafka has every row of the snapshot
   */
  ChangePublisher(
      KafkaConfig kafka,
      Topics topics,
      CaptureMetrics metrics,
      Clock clock,
      Runnable onSnapshotCompleted) {
    this.tables =
        Arrays.stream(AppTable.values())
            .filter(AppTable::isCaptured)
            .collect(Collectors.toMap(topics::changes, Function.identity()));
    this.deadLetters = topics.name(Topic.DEAD_LETTERS);
    this.metrics = metrics;
    this.clock = clock;
    this.onSnapshotCompleted = onSnapshotCompleted;
    json.configure(Map.of("schemas.enable", "false"), false);
    producer =
        new KafkaProducer<>(
            producerProperties(kafka), new ByteArraySerializer(), new ByteArraySerializer());
    clientMetrics = metrics.watch(producer);
  }

  private static Map<String, Object> producerProperties(KafkaConfig kafka) {
    Map<String, Object> properties = kafka.clientProperties();
    properties.put("client.id", "goalgpt-capture");
    properties.put("acks", "all");
    properties.put("enable.idempotence", "true");
    // A batch ends with a flush, so that nothing ever waits this long.
    properties.put("linger.ms", "5");
    properties.put("batch.size", "131072");
    return properties;
  }

  @Override
  public void handleBatch(
      List<ChangeEvent<SourceRecord, SourceRecord>> batch,
      RecordCommitter<ChangeEvent<SourceRecord, SourceRecord>> committer)
      throws InterruptedException {
    long committedMillis = 0;
    boolean snapshotCompleted = false;
    for (ChangeEvent<SourceRecord, SourceRecord> event : batch) {
      SourceRecord change = event.value();
      AppTable table = tables.get(change.topic());
      if (table != null) {
        committedMillis = publish(table, change);
      } else if (EngineProperties.NOTICES.equals(change.topic())) {
        snapshotCompleted |= "COMPLETED".equals(((Struct) change.value()).getString("type"));
      } // else a heartbeat: its position counts, its content does not
    }
    awaitAcknowledgements();
    if (committedMillis > 0) {
      metrics.acknowledged(committedMillis);
    }
    metrics.reached(batch.get(batch.size() - 1).value().sourceOffset());
    if (snapshotCompleted) {
      onSnapshotCompleted.run();
    }
    // Positions only grow within a batch: the last one stands for all.
    committer.markProcessed(batch.get(batch.size() - 1));
    committer.markBatchFinished();
  }

  /**
   * @return when the change was committed, milliseconds since 1970
   */
  private long publish(AppTable table, SourceRecord change) {
    byte[] key = key(change);
    byte[] value = json.fromConnectData(change.topic(), change.valueSchema(), change.value());
    Integer partition = key == null ? NO_CUSTOMER_PARTITION : null;
    producer.send(
        new ProducerRecord<>(change.topic(), partition, key, value),
        (metadata, e) -> {
          if (e instanceof RecordTooLargeException) {
            setAside(change, key, value.length);
          } else if (e != null) {
            failure.compareAndSet(null, e);
          }
        });
    Struct envelope = (Struct) change.value();
    metrics.published(table, envelope.getString("op"));
    return envelope.getStruct("source").getInt64("ts_ms");
  }

  /** The customer's id as plain text; null when the row has none. */
  private static byte[] key(SourceRecord change) {
    Struct key = (Struct) change.key();
    Object customer = key.get(key.schema().fields().get(0));
    return customer == null ? null : customer.toString().getBytes(UTF_8);
  }

  /**
   * Sending it again would not help, and must not hold up all others: without its value it fits.
   */
  private void setAside(SourceRecord change, byte[] key, int bytes) {
    Struct source = ((Struct) change.value()).getStruct("source");
    String cause =
        "a change of table %s at LSN %d is %d bytes, more than the topic takes (max.message.bytes)"
            .formatted(source.getString("table"), source.getInt64("lsn"), bytes);
    String keyText = key == null ? null : new String(key, UTF_8);
    DeadLetter letter =
        new DeadLetter("capture", cause, change.topic(), -1, -1, keyText, null, clock.instant());
    tooLarge.add(new ProducerRecord<>(deadLetters, key, Json.write(letter)));
    LOG.error("Set aside in {}: {}", deadLetters, cause);
    metrics.setAside();
  }

  private void awaitAcknowledgements() {
    producer.flush();
    // Not sent from the callback that found it: the producer's own thread must not wait for itself.
    for (var letter = tooLarge.poll(); letter != null; letter = tooLarge.poll()) {
      Acknowledgement.await(producer.send(letter), "a dead letter");
    }
    Exception failed = failure.get();
    if (failed != null) {
      metrics.failed();
      throw new KafkaException("Kafka did not take a change: " + failed.getMessage(), failed);
    }
  }

  /** Drops what is not acknowledged: it comes again. */
  @Override
  public void close() {
    clientMetrics.close();
    producer.close(Duration.ZERO);
    json.close();
  }
}
