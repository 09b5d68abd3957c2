package app.goalgpt.benchmarks.pipeline;

import app.goalgpt.connectors.capture.CaptureConfig;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.format.JsonByteArray;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Debezium's JSON, as it comes, into a topic; a batch is done when Kafka has all of it. */
final class FloorCapture implements AutoCloseable {
  private final KafkaProducer<byte[], byte[]> producer;
  private final RunningEngine engine;

  FloorCapture(CaptureConfig config, String slot) {
    Map<String, Object> properties = config.kafka().clientProperties();
    properties.put("batch.size", 131_072);
    producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    engine =
        RunningEngine.start(
            "floor-capture",
            DebeziumEngine.create(JsonByteArray.class)
                .using(CaptureSettings.of(config, slot, Floor.PUBLICATION))
                .notifying(this::publish));
  }

  private void publish(
      List<ChangeEvent<byte[], byte[]>> batch,
      RecordCommitter<ChangeEvent<byte[], byte[]>> committer)
      throws InterruptedException {
    for (ChangeEvent<byte[], byte[]> event : batch) {
      if (event.destination().equals(CaptureSettings.CHANGES)) {
        producer.send(new ProducerRecord<>(event.destination(), event.key(), event.value()));
      }
    }
    producer.flush();
    committer.markProcessed(batch.get(batch.size() - 1));
    committer.markBatchFinished();
  }

  @Override
  public void close() {
    engine.close();
    producer.close();
  }
}
