package app.goalgpt.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaTest {
  private static final String TOPIC = "t";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void keeps_committed_transactions_over_restarts_and_forgets_aborted_ones() throws Exception {
    String address;
    try (EmbeddedKafka kafka = EmbeddedKafka.in(folder)) {
      address = kafka.bootstrapServers();
      assertThat(address).startsWith("127.0.0.1:");
      assertThat(kafka.settings()).containsOnly(Map.entry("KAFKA_BOOTSTRAP_SERVERS", address));
      create(kafka);
      try (KafkaProducer<String, String> producer = producer(kafka)) {
        producer.initTransactions();
        send(producer, "committed");
        producer.commitTransaction();
        send(producer, "aborted");
        producer.abortTransaction();
        awaitMarkers(kafka);
        kafka.restart();
        send(producer, "after the restart");
        producer.commitTransaction();
      }
      assertThat(read(kafka)).containsExactly("committed", "after the restart");
    }
    try (EmbeddedKafka kafka = EmbeddedKafka.in(folder)) {
      assertThat(kafka.bootstrapServers()).isEqualTo(address);
      assertThat(read(kafka)).containsExactly("committed", "after the restart");
    }
  }

  @Test
  void keeps_what_was_acknowledged_when_its_jvm_is_killed() throws Exception {
    String address;
    try (ChildJvm child = new ChildJvm(KafkaMain.class, folder.toString())) {
      address = child.line();
      child.kill();
    }
    try (EmbeddedKafka kafka = EmbeddedKafka.in(folder)) {
      assertThat(kafka.bootstrapServers()).isEqualTo(address);
      assertThat(read(kafka)).containsExactly("acknowledged");
    }
  }

  @Test
  void creates_no_topic_unasked() {
    try (EmbeddedKafka kafka = EmbeddedKafka.temporary();
        Admin admin = admin(kafka)) {
      assertThatThrownBy(() -> admin.describeTopics(List.of("typo")).allTopicNames().get())
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
    }
  }

  @Test
  void refuses_a_folder_that_is_in_use() {
    try (EmbeddedKafka kafka = EmbeddedKafka.in(folder)) {
      assertThatThrownBy(() -> EmbeddedKafka.in(folder)).hasMessageContaining("is in use");
      assertThat(kafka.bootstrapServers()).isNotEmpty();
    }
  }

  static void create(EmbeddedKafka kafka) throws Exception {
    try (Admin admin = admin(kafka)) {
      admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) -1))).all().get();
    }
  }

  static KafkaProducer<String, String> producer(EmbeddedKafka kafka) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("bootstrap.servers", kafka.bootstrapServers());
    properties.put("transactional.id", "test");
    return new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
  }

  static void send(KafkaProducer<String, String> producer, String value) throws Exception {
    producer.beginTransaction();
    producer.send(new ProducerRecord<>(TOPIC, value)).get();
  }

  /**
   * A broker that goes away between an end of a transaction and its markers may never write them
   * (KAFKA-20734).
   */
  private static void awaitMarkers(EmbeddedKafka kafka) {
    try (Admin admin = admin(kafka)) {
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  end(admin, IsolationLevel.READ_COMMITTED)
                      == end(admin, IsolationLevel.READ_UNCOMMITTED));
    }
  }

  private static long end(Admin admin, IsolationLevel isolation) throws Exception {
    TopicPartition partition = new TopicPartition(TOPIC, 0);
    return admin
        .listOffsets(Map.of(partition, OffsetSpec.latest()), new ListOffsetsOptions(isolation))
        .partitionResult(partition)
        .get()
        .offset();
  }

  private static Admin admin(EmbeddedKafka kafka) {
    return Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }

  static List<String> read(EmbeddedKafka kafka) {
    return kafka.committed(TOPIC).stream()
        .map(record -> new String(record.value(), StandardCharsets.UTF_8))
        .toList();
  }
}
