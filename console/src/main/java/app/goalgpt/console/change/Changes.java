package app.goalgpt.console.change;

import app.goalgpt.messages.Json;
import app.goalgpt.messages.OperatorAction;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import app.goalgpt.settings.KafkaConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes changes. Every change is records on topics, written together with its line of the audit log
 * in one Kafka transaction: there is no change without a line, and no line without a change.
 */
public final class Changes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Changes.class);
  private static final Duration CLOSING = Duration.ofSeconds(2);

  /** The broker ends a transaction that a console left open in this time. */
  private static final Duration TRANSACTION = Duration.ofSeconds(15);

  private static final long LOOK_AGAIN_MS = 5;

  private final KafkaConfig kafka;
  private final Topics topics;
  private final String transactionalId;
  private KafkaProducer<byte[], byte[]> producer;
  private Admin admin;

  public Changes(KafkaConfig kafka, Topics topics) {
    this.kafka = kafka;
    this.topics = topics;
    this.transactionalId = kafka.topicPrefix() + "-console-" + UUID.randomUUID();
  }

  public Topics topics() {
    return topics;
  }

  /** A record of one of the topics of this system. */
  public ProducerRecord<byte[], byte[]> record(Topic topic, String key, Object value) {
    return new ProducerRecord<>(
        topics.name(topic),
        key.getBytes(StandardCharsets.UTF_8),
        value == null ? null : Json.write(value));
  }

  /**
   * Writes all or nothing; returns when it is committed, and everyone reads it.
   *
   * @throws KafkaException when it is not certain that it is written
   */
  public synchronized void make(
      OperatorAction action, List<ProducerRecord<byte[], byte[]>> records) {
    try {
      KafkaProducer<byte[], byte[]> open = producer();
      open.beginTransaction();
      List<ProducerRecord<byte[], byte[]>> all = new ArrayList<>(records);
      all.add(record(Topic.OPERATOR_ACTIONS, action.subject(), action));
      List<Future<RecordMetadata>> sent = all.stream().map(open::send).toList();
      open.commitTransaction();
      awaitReadable(sent);
      LOG.info(
          "{} {} by {} from {} {}",
          action.action(),
          action.subject(),
          action.by(),
          action.address(),
          action.details());
    } catch (KafkaException e) {
      // What is half written is never committed: the next producer of this id ends it.
      closeProducer();
      throw e;
    }
  }

  /**
   * The broker acknowledges a commit first and then writes its markers, before which nobody who
   * reads what is committed gets it: whoever looked at once would see the change undone. It is made
   * even if this fails.
   */
  private void awaitReadable(List<Future<RecordMetadata>> sent) {
    try {
      Map<TopicPartition, Long> last = new HashMap<>();
      for (Future<RecordMetadata> future : sent) {
        RecordMetadata written = future.get();
        last.merge(
            new TopicPartition(written.topic(), written.partition()), written.offset(), Math::max);
      }
      long until = System.nanoTime() + TRANSACTION.toNanos();
      while (!readable(last)) {
        if (System.nanoTime() - until > 0) {
          LOG.warn("a change is committed, and cannot be read yet: {}", last);
          return;
        }
        Thread.sleep(LOOK_AGAIN_MS);
      }
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      LOG.warn("a change is committed; whether it can be read yet is not known", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean readable(Map<TopicPartition, Long> last)
      throws ExecutionException, TimeoutException, InterruptedException {
    if (admin == null) {
      admin = Admin.create(kafka.clientProperties());
    }
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    last.keySet().forEach(partition -> asked.put(partition, OffsetSpec.latest()));
    return admin
        .listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
        .all()
        .get(TRANSACTION.toMillis(), TimeUnit.MILLISECONDS)
        .entrySet()
        .stream()
        .allMatch(end -> end.getValue().offset() > last.get(end.getKey()));
  }

  private KafkaProducer<byte[], byte[]> producer() {
    if (producer == null) {
      Map<String, Object> properties = kafka.clientProperties();
      properties.put("transactional.id", transactionalId);
      properties.put("client.id", transactionalId);
      properties.put("acks", "all");
      properties.put("linger.ms", "0");
      properties.put("request.timeout.ms", "5000");
      properties.put("delivery.timeout.ms", "10000");
      properties.put("max.block.ms", "10000");
      properties.put("transaction.timeout.ms", Long.toString(TRANSACTION.toMillis()));
      producer =
          new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
      producer.initTransactions();
    }
    return producer;
  }

  @Override
  public synchronized void close() {
    closeProducer();
    if (admin != null) {
      admin.close(CLOSING);
      admin = null;
    }
  }

  private void closeProducer() {
    if (producer != null) {
      producer.close(CLOSING);
      producer = null;
    }
  }
}
