package app.goalgpt.console.letter;

import app.goalgpt.messages.DeadLetter;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import app.goalgpt.settings.KafkaConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads single records: a dead letter, and the record that it is about. */
public final class Letters {
  /** On a record that was written back: which letter it comes from, as topic-partition@offset. */
  public static final String REPLAY_HEADER = "goalgpt-replay-of";

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaConfig kafka;
  private final Topics topics;

  public Letters(KafkaConfig kafka, Topics topics) {
    this.kafka = kafka;
    this.topics = topics;
  }

  /** The letter, without tokens. */
  public Optional<DeadLetter> read(long letter) {
    return fetch(new TopicPartition(topics.name(Topic.DEAD_LETTERS), 0), letter)
        .map(found -> Json.read(found.value(), DeadLetter.class))
        .map(
            found ->
                new DeadLetter(
                    found.step(),
                    Secrets.blanked(found.cause()),
                    found.topic(),
                    found.partition(),
                    found.offset(),
                    found.key(),
                    Secrets.blanked(found.value()),
                    found.at()));
  }

  /**
   * The record that the letter is about, as it was, to be written to where it was read, with {@link
   * #REPLAY_HEADER}; empty when its topic does not hold it any more.
   */
  public Optional<ProducerRecord<byte[], byte[]>> replay(long letter, DeadLetter about) {
    boolean ours = about.topic() != null && about.topic().startsWith(kafka.topicPrefix() + ".");
    if (!ours || about.partition() < 0 || about.offset() < 0) {
      return Optional.empty();
    }
    return fetch(new TopicPartition(about.topic(), about.partition()), about.offset())
        .map(
            found -> {
              ProducerRecord<byte[], byte[]> again =
                  new ProducerRecord<>(
                      found.topic(),
                      found.partition(),
                      found.key(),
                      found.value(),
                      found.headers());
              String origin = "%s-0@%d".formatted(topics.name(Topic.DEAD_LETTERS), letter);
              again.headers().add(REPLAY_HEADER, origin.getBytes(StandardCharsets.UTF_8));
              return again;
            });
  }

  /** Empty when there is no such record (any more). */
  private Optional<ConsumerRecord<byte[], byte[]>> fetch(TopicPartition partition, long offset) {
    Map<String, Object> properties = kafka.clientProperties();
    properties.put("isolation.level", "read_committed");
    properties.put("enable.auto.commit", "false");
    properties.put("allow.auto.create.topics", "false");
    properties.put("max.poll.records", "1");
    properties.put("key.deserializer", ByteArrayDeserializer.class);
    properties.put("value.deserializer", ByteArrayDeserializer.class);
    try (KafkaConsumer<byte[], byte[]> reader = new KafkaConsumer<>(properties)) {
      if (reader.partitionsFor(partition.topic(), PATIENCE).size() <= partition.partition()) {
        return Optional.empty();
      }
      List<TopicPartition> alone = List.of(partition);
      reader.assign(alone);
      if (offset < reader.beginningOffsets(alone).get(partition)
          || offset >= reader.endOffsets(alone).get(partition)) {
        return Optional.empty();
      }
      reader.seek(partition, offset);
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (reader.position(partition) <= offset) {
        if (System.nanoTime() > deadline) {
          throw new TimeoutException("%s@%d cannot be read".formatted(partition, offset));
        }
        for (ConsumerRecord<byte[], byte[]> found : reader.poll(POLL)) {
          return found.offset() == offset ? Optional.of(found) : Optional.empty();
        }
      }
      return Optional.empty();
    }
  }
}
