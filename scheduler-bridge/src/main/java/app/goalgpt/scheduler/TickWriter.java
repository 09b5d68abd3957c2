package app.goalgpt.scheduler;

import app.goalgpt.messages.Json;
import app.goalgpt.messages.Tick;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes ticks, each to every partition and with the memory of it, in one transaction. Of the
 * writers with one transactional id the broker heeds the one that was opened last.
 */
final class TickWriter implements AutoCloseable {
  private static final Duration CLOSING = Duration.ofSeconds(1);
  private final Producer<byte[], byte[]> producer;
  private final Topics topics;

  private TickWriter(Producer<byte[], byte[]> producer, Topics topics) {
    this.producer = producer;
    this.topics = topics;
  }

  /**
   * When it returns, whatever another writer with this id had begun is either committed and to be
   * read, or will never be.
   *
   * @throws org.apache.kafka.common.KafkaException when the broker refuses or does not answer
   */
  static TickWriter open(SchedulerBridgeConfig config, String transactionalId) {
    Producer<byte[], byte[]> producer =
        new KafkaProducer<>(config.writerProperties(transactionalId));
    TickWriter writer = new TickWriter(producer, config.topics());
    try {
      producer.initTransactions();
      return writer;
    } catch (RuntimeException e) {
      writer.close();
      throw e;
    }
  }

  List<ProducerRecord<byte[], byte[]>> copies(Tick tick) {
    return copies(topics, tick);
  }

  /** Every partition of the ticks gets its copy. */
  static List<ProducerRecord<byte[], byte[]>> copies(Topics topics, Tick tick) {
    byte[] key = bytes(tick.job());
    byte[] value = Json.write(tick);
    List<ProducerRecord<byte[], byte[]>> copies = new ArrayList<>();
    for (int partition = 0; partition < topics.partitions(); partition++) {
      copies.add(new ProducerRecord<>(topics.name(Topic.TICKS), partition, key, value));
    }
    return copies;
  }

  ProducerRecord<byte[], byte[]> memory(TickMemory memory) {
    return new ProducerRecord<>(
        topics.name(Topic.TICKS_SENT), bytes(memory.job()), Json.write(memory));
  }

  /**
   * Writes all or nothing.
   *
   * @throws org.apache.kafka.common.KafkaException when it is not certain that all is written; this
   *     writer is then of no further use
   */
  void write(List<ProducerRecord<byte[], byte[]>> records) {
    producer.beginTransaction();
    records.forEach(producer::send);
    producer.commitTransaction();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    producer.close(CLOSING);
  }
}
