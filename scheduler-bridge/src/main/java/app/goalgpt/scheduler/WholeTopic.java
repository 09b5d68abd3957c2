package app.goalgpt.scheduler;

import app.goalgpt.messages.Topic;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** A topic of one partition, from its beginning to whatever is committed when it is asked. */
final class WholeTopic implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaConsumer<byte[], byte[]> reader;
  private final TopicPartition partition;
  private final Duration patience;

  private WholeTopic(SchedulerBridgeConfig config, Topic topic) {
    this.reader = new KafkaConsumer<>(config.readerProperties());
    this.partition = new TopicPartition(config.topics().name(topic), 0);
    this.patience = config.patience();
    reader.assign(List.of(partition));
    reader.seekToBeginning(List.of(partition));
  }

  static WholeTopic open(SchedulerBridgeConfig config, Topic topic) {
    return new WholeTopic(config, topic);
  }

  /** Whether there is such a topic: where no part was ever started there is none. */
  static boolean exists(SchedulerBridgeConfig config, Topic topic) {
    try (KafkaConsumer<byte[], byte[]> reader = new KafkaConsumer<>(config.readerProperties())) {
      return !reader.partitionsFor(config.topics().name(topic)).isEmpty();
    }
  }

  /**
   * Reads what was committed since it was last asked.
   *
   * @throws org.apache.kafka.common.KafkaException when the broker does not answer
   */
  void readOn(Consumer<ConsumerRecord<byte[], byte[]>> visitor) {
    long end = reader.endOffsets(List.of(partition)).get(partition);
    long deadline = System.nanoTime() + patience.toNanos();
    while (reader.position(partition) < end) {
      if (System.nanoTime() > deadline) {
        throw new TimeoutException(partition.topic() + " cannot be read to its end");
      }
      reader.poll(POLL).forEach(visitor);
    }
  }

  @Override
  public void close() {
    reader.close();
  }
}
