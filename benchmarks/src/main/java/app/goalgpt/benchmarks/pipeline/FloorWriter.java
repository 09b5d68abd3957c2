package app.goalgpt.benchmarks.pipeline;

import app.goalgpt.embedded.EmbeddedPostgres;
import app.goalgpt.messages.Json;
import app.goalgpt.settings.KafkaConfig;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One insert per committed record, those of one poll in one transaction. */
final class FloorWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FloorWriter.class);
  private static final String INSERT =
      "INSERT INTO floor_reward (comment_id) VALUES (?) ON CONFLICT DO NOTHING";

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final EmbeddedPostgres postgres;
  private final AtomicLong inserted = new AtomicLong();
  private final Thread thread;

  FloorWriter(KafkaConfig kafka, EmbeddedPostgres postgres) {
    this.postgres = postgres;
    Map<String, Object> properties = kafka.clientProperties();
    properties.put("group.id", "floor-writer");
    properties.put("isolation.level", "read_committed");
    properties.put("auto.offset.reset", "earliest");
    properties.put("enable.auto.commit", false);
    properties.put("max.poll.records", 2000);
    consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.subscribe(List.of(Floor.REWARDS));
    thread = new Thread(this::run, "floor-writer");
    thread.start();
  }

  private void run() {
    try (consumer;
        Connection connection = postgres.connect();
        PreparedStatement insert = connection.prepareStatement(INSERT)) {
      connection.setAutoCommit(false);
      while (true) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(200));
        if (records.isEmpty()) {
          continue;
        }
        for (ConsumerRecord<byte[], byte[]> record : records) {
          insert.setObject(1, comment(record.value()));
          insert.addBatch();
        }
        int rows = Arrays.stream(insert.executeBatch()).sum();
        connection.commit();
        inserted.addAndGet(rows);
        consumer.commitAsync();
      }
    } catch (WakeupException e) {
      LOG.debug("the floor's writer stops");
    } catch (SQLException | IOException e) {
      LOG.error("the floor's writer failed", e);
    }
  }

  private static UUID comment(byte[] change) throws IOException {
    return UUID.fromString(Json.MAPPER.readTree(change).path("after").path("id").asText());
  }

  long inserted() {
    return inserted.get();
  }

  @Override
  public void close() {
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
