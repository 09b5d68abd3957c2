package app.goalgpt.connectors.batch;

import app.goalgpt.connectors.database.Trouble;
import app.goalgpt.messages.DeadLetter;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import app.goalgpt.settings.KafkaConfig;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets records aside that can never be used, and knows that they are safe before it goes on. */
public final class DeadLetters implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);

  private final KafkaProducer<byte[], byte[]> producer;
  private final String step;
  private final String topic;
  private final Clock clock;
  private final Counter count;
  private final KafkaClientMetrics clientMetrics;

  /**
   * @param step what gives up on the records, as {@link DeadLetter#step} has it
   */
  public DeadLetters(
      String step, KafkaConfig kafka, Topics topics, Clock clock, MeterRegistry registry) {
    Map<String, Object> properties = kafka.clientProperties();
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(
        ProducerConfig.CLIENT_ID_CONFIG, kafka.topicPrefix() + "-" + step + "-dead-letters");
    this.producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    this.clientMetrics = new KafkaClientMetrics(producer);
    clientMetrics.bindTo(registry);
    this.step = step;
    this.topic = topics.name(Topic.DEAD_LETTERS);
    this.clock = clock;
    this.count = registry.counter("goalgpt.dead.letters", "step", step);
  }

  /**
   * Returns when the broker has the letter.
   *
   * @throws AwayException when it cannot be written now
   */
  public void send(ConsumerRecord<byte[], byte[]> record, String cause) {
    DeadLetter letter =
        new DeadLetter(
            step,
            cause,
            record.topic(),
            record.partition(),
            record.offset(),
            text(record.key()),
            text(record.value()),
            clock.instant());
    try {
      producer.send(new ProducerRecord<>(topic, record.key(), Json.write(letter))).get();
    } catch (ExecutionException e) {
      throw new AwayException("cannot write a dead letter: " + Trouble.line(e.getCause()), e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
    count.increment();
    log.warn(
        "dead letter: {} partition {} offset {}: {}",
        record.topic(),
        record.partition(),
        record.offset(),
        cause);
  }

  private static String text(byte[] bytes) {
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    clientMetrics.close();
    producer.close(Duration.ofSeconds(5));
  }
}
