package app.goalgpt.connectors.batch;

import app.goalgpt.connectors.database.Trouble;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import app.goalgpt.settings.KafkaConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What the consumers of one process share: the broker, what they write to it, what they count. */
public final class Workplace implements AutoCloseable {
  private final KafkaConfig kafka;
  private final Topics topics;
  private final Clock clock;
  private final MeterRegistry registry;
  private final Consumer<Throwable> onFatal;
  private final DeadLetters deadLetters;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaClientMetrics clientMetrics;

  /**
   * @param step what gives up on records that cannot be used
   */
  public Workplace(
      String step,
      KafkaConfig kafka,
      Topics topics,
      Clock clock,
      MeterRegistry registry,
      Consumer<Throwable> onFatal) {
    this.kafka = kafka;
    this.topics = topics;
    this.clock = clock;
    this.registry = registry;
    this.onFatal = onFatal;
    this.deadLetters = new DeadLetters(step, kafka, topics, clock, registry);
    Map<String, Object> properties = kafka.clientProperties();
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.CLIENT_ID_CONFIG, kafka.topicPrefix() + "-" + step + "-reports");
    this.producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    this.clientMetrics = new KafkaClientMetrics(producer);
    clientMetrics.bindTo(registry);
  }

  /**
   * A consumer that has not started yet.
   *
   * @param name what it is called in logs and metrics; its group is the prefix and that
   * @param properties what this consumer is told beyond what all are
   */
  public <T> BatchConsumer<T> consumer(
      String name,
      int batch,
      Map<String, Object> properties,
      Function<ConsumerRecord<byte[], byte[]>, T> parse,
      Batch.Work<T> work) {
    String group = kafka.topicPrefix() + "-" + name;
    Map<String, Object> all = BatchConsumer.properties(kafka.clientProperties(), group, batch);
    all.putAll(properties);
    return new BatchConsumer<>(name, all, parse, work, deadLetters, registry, onFatal);
  }

  /** Sends a record, keyed by an id. */
  public Future<RecordMetadata> send(Topic topic, UUID key, Object value) {
    byte[] bytes = key.toString().getBytes(StandardCharsets.UTF_8);
    return producer.send(new ProducerRecord<>(topics.name(topic), bytes, Json.write(value)));
  }

  /**
   * Returns when the broker has what was sent.
   *
   * @throws AwayException when it has not taken it
   */
  public static void await(Future<RecordMetadata> sent) {
    try {
      sent.get();
    } catch (ExecutionException | KafkaException e) {
      throw new AwayException("the broker did not take it: " + Trouble.line(e), e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  public Topics topics() {
    return topics;
  }

  public Clock clock() {
    return clock;
  }

  public MeterRegistry registry() {
    return registry;
  }

  @Override
  public void close() {
    clientMetrics.close();
    producer.close(Duration.ofSeconds(5));
    deadLetters.close();
  }
}
