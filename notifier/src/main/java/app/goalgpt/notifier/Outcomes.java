package app.goalgpt.notifier;

import app.goalgpt.messages.DeadLetter;
import app.goalgpt.messages.Delivery;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what others are to know; tries for ever, since the offsets wait for it. */
final class Outcomes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Outcomes.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /**
   * How long deliveries wait for others: a request to the broker for each would cost more than FCM.
   */
  private static final int DELIVERIES_GATHER = 20; // ms

  private static final int MOST_GATHERED = 128 * 1024; // bytes, of a partition

  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaProducer<byte[], byte[]> gathering;
  private final String deliveries;
  private final String deadLetters;
  private final String taken;
  private final String pauses;
  private final Timekeeper time;
  private final NotifierMeters meters;
  private final Consumer<Throwable> onFatal;
  private final ExecutorService afterwards =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "notifier-begin");
            thread.setDaemon(true);
            return thread;
          });
  private final List<KafkaClientMetrics> watches;
  private volatile boolean isClosed;

  Outcomes(
      NotifierConfig config, Timekeeper time, NotifierMeters meters, Consumer<Throwable> onFatal) {
    Topics topics = new Topics(config.kafka(), config.tables());
    this.deliveries = topics.name(Topic.DELIVERIES);
    this.deadLetters = topics.name(Topic.DEAD_LETTERS);
    this.taken = topics.name(Topic.PUSHES_TAKEN);
    this.pauses = topics.name(Topic.FCM_PAUSES);
    this.time = time;
    this.meters = meters;
    this.onFatal = onFatal;
    Map<String, Object> properties = new HashMap<>(config.kafka().clientProperties());
    properties.put("acks", "all");
    properties.put("enable.idempotence", true);
    properties.put("linger.ms", 0); // a reward's push waits for its taking up to be written
    properties.put("client.id", config.groupId());
    this.producer = producer(properties);
    properties.put("linger.ms", DELIVERIES_GATHER);
    properties.put("batch.size", MOST_GATHERED);
    properties.put("client.id", config.groupId() + "-deliveries");
    this.gathering = producer(properties);
    this.watches = List.of(meters.watch(producer), meters.watch(gathering));
  }

  private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> properties) {
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * @param partition the push's own, so that whoever takes it over finds the delivery
   * @return completes once it is written
   */
  CompletableFuture<Void> write(Delivery delivery, int partition) {
    return write(
        gathering,
        new ProducerRecord<>(
            deliveries, partition, bytes(delivery.customerId().toString()), Json.write(delivery)));
  }

  /**
   * Pushes before this offset may have been sent when no delivery says so.
   *
   * @return completes once it is written, on a thread that may write in turn: the producer's own
   *     may not, it would wait for itself
   */
  CompletableFuture<Void> taken(TopicPartition pushes, long before) {
    return write(
            producer,
            new ProducerRecord<>(
                taken,
                pushes.partition(),
                bytes(pushes.topic()),
                Json.write(new SlotMemory.Taken(before))))
        .thenApplyAsync(done -> done, afterwards);
  }

  CompletableFuture<Void> write(SharedPauses.Pause pause) {
    return write(producer, new ProducerRecord<>(pauses, null, Json.write(pause)));
  }

  CompletableFuture<Void> write(DeadLetter letter) {
    meters.deadLetter();
    LOG.warn(
        "{}-{} offset {}: {}", letter.topic(), letter.partition(), letter.offset(), letter.cause());
    byte[] key = letter.key() == null ? null : bytes(letter.key());
    return write(producer, new ProducerRecord<>(deadLetters, key, Json.write(letter)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private CompletableFuture<Void> write(
      KafkaProducer<byte[], byte[]> by, ProducerRecord<byte[], byte[]> record) {
    CompletableFuture<Void> written = new CompletableFuture<>();
    attempt(by, record, written);
    return written;
  }

  private void attempt(
      KafkaProducer<byte[], byte[]> by,
      ProducerRecord<byte[], byte[]> record,
      CompletableFuture<Void> written) {
    if (isClosed) {
      return;
    }
    try {
      by.send(
          record,
          (metadata, failure) -> {
            if (failure == null) {
              written.complete(null);
            } else {
              failed(by, record, written, failure);
            }
          });
    } catch (KafkaException | IllegalStateException e) {
      failed(by, record, written, e);
    }
  }

  private void failed(
      KafkaProducer<byte[], byte[]> by,
      ProducerRecord<byte[], byte[]> record,
      CompletableFuture<Void> written,
      Exception failure) {
    if (isClosed) {
      return;
    }
    if (failure instanceof AuthorizationException || failure instanceof AuthenticationException) {
      onFatal.accept(failure);
      return;
    }
    meters.kafkaTrouble();
    LOG.warn("cannot write to {}, tried again: {}", record.topic(), failure.getMessage());
    time.call(time.now().plus(PAUSE), () -> attempt(by, record, written));
  }

  /** Waits until everything that was handed over is written, or the broker gave up on it. */
  void flush() {
    producer.flush();
    gathering.flush();
  }

  @Override
  public void close() {
    watches.forEach(KafkaClientMetrics::close);
    isClosed = true;
    producer.close(Duration.ofSeconds(5));
    gathering.close(Duration.ofSeconds(5));
    afterwards.shutdownNow();
  }
}
