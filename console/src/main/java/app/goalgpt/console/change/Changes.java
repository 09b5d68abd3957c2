package app.goalgpt.console.change;

import app.goalgpt.messages.Json;
import app.goalgpt.messages.OperatorAction;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import app.goalgpt.settings.KafkaConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
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

  private final KafkaConfig kafka;
  private final Topics topics;
  private final String transactionalId;
  private KafkaProducer<byte[], byte[]> producer;

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
   * Writes all or nothing; returns when it is committed.
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
      all.forEach(open::send);
      open.commitTransaction();
      LOG.info(
          "{} {} by {} from {} {}",
          action.action(),
          action.subject(),
          action.by(),
          action.address(),
          action.details());
    } catch (KafkaException e) {
      close(); // what is half written is never committed: the next producer of this id ends it
      throw e;
    }
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
      properties.put("transaction.timeout.ms", "15000");
      producer =
          new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
      producer.initTransactions();
    }
    return producer;
  }

  @Override
  public synchronized void close() {
    if (producer != null) {
      producer.close(CLOSING);
      producer = null;
    }
  }
}
