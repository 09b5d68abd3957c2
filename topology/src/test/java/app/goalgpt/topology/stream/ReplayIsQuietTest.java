package app.goalgpt.topology.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.goalgpt.embedded.EmbeddedKafka;
import app.goalgpt.messages.AppTable;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import app.goalgpt.settings.Settings;
import app.goalgpt.topology.RewardsApp;
import app.goalgpt.topology.TopologyConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real broker: everything read again from the first offset, with no state left. */
class ReplayIsQuietTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int CUSTOMERS = 20;
  @TempDir Path folder;
  private EmbeddedKafka kafka;
  private TopologyConfig config;
  private Topics topics;
  private Admin admin;
  private long lsn = 1000;

  @BeforeEach
  void start() {
    kafka = EmbeddedKafka.temporary();
    config = config("first");
    topics = new Topics(config.kafka(), config.tables());
    admin = Admin.create(config.kafka().clientProperties());
  }

  @AfterEach
  void stop() {
    admin.close();
    kafka.close();
  }

  private TopologyConfig config(String state) {
    return TopologyConfig.from(
        Settings.of(kafka.settings())
            .with(
                Map.of(
                    "TOPIC_PARTITIONS",
                    "3",
                    "TOPOLOGY_STATE_DIR",
                    folder.resolve(state).toString())));
  }

  @Test
  void nothingIsAnnouncedTwice() throws Exception {
    try (RewardsApp app = start(config)) {
      publish();
      await().atMost(PATIENCE).until(() -> records(Topic.PUSHES) == 2 * CUSTOMERS);
      await().atMost(PATIENCE).until(() -> records(Topic.DECISIONS) == CUSTOMERS);
      await().atMost(PATIENCE).until(() -> records(Topic.BADGE_UNLOCKED) == CUSTOMERS);
    }

    forgetEverything();
    try (RewardsApp app = start(config("second"))) {
      await().atMost(PATIENCE).until(() -> records(Topic.DECISIONS) == 2 * CUSTOMERS);
      await().atMost(PATIENCE).until(this::hasReadAll);

      assertThat(records(Topic.BADGE_UNLOCKED)).isEqualTo(CUSTOMERS);
      assertThat(records(Topic.REFERRAL_TIER_REACHED)).isEqualTo(CUSTOMERS / 2);
      assertThat(records(Topic.PUSHES)).isEqualTo(2 * CUSTOMERS);
    }
  }

  private static RewardsApp start(TopologyConfig config) {
    return RewardsApp.start(
        config,
        new SimpleMeterRegistry(),
        failure -> {
          throw new AssertionError(failure);
        });
  }

  /** Every customer earns a badge, which the ledger settles; every second one refers the next. */
  private void publish() {
    UUID badge = UUID.randomUUID();
    List<UUID> customers = IntStream.range(0, CUSTOMERS).mapToObj(i -> UUID.randomUUID()).toList();
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            config.kafka().clientProperties(), new StringSerializer(), new ByteArraySerializer())) {
      send(
          producer,
          AppTable.BADGES,
          badge,
          Envelopes.row(
              "id",
              badge,
              "slug",
              "s",
              "unlock_condition",
              "{\"type\":\"comments\",\"count\":1}",
              "is_active",
              true,
              "deleted_at",
              null));
      for (UUID customer : customers) {
        send(
            producer,
            AppTable.CUSTOMER_USERS,
            customer,
            Envelopes.row(
                "id",
                customer,
                "locale_preference",
                "tr",
                "is_push_allowed_mobile",
                true,
                "deleted_at",
                null));
        send(
            producer,
            AppTable.CUSTOMER_PUSH_TOKENS,
            customer,
            Envelopes.row(
                "id",
                UUID.randomUUID(),
                "customer_user_id",
                customer,
                "fcm_token",
                "t",
                "is_active",
                true,
                "platform",
                "android"));
        send(
            producer,
            AppTable.MATCH_COMMENTS,
            customer,
            TopologyRun.commentRow(UUID.randomUUID(), customer, 0, "active"));
      }
      producer.flush();
      await().atMost(PATIENCE).until(this::hasReadAll);
      String now = Instant.now().toString();
      for (int i = 0; i < CUSTOMERS; i++) {
        UUID customer = customers.get(i);
        send(producer, AppTable.REWARD_LEDGER, customer, LedgerRows.badge(customer, badge, now));
        if (i % 2 == 0) {
          send(
              producer,
              AppTable.REWARD_LEDGER,
              customer,
              LedgerRows.tier(customer, customers.get(i + 1), 2, now));
        }
      }
    }
  }

  private void send(
      KafkaProducer<String, byte[]> producer, AppTable table, UUID key, Map<String, Object> row) {
    byte[] envelope = Envelopes.created(++lsn, row);
    producer.send(new ProducerRecord<>(topics.changes(table), key.toString(), envelope));
  }

  /** What an application reset does: offsets and changelogs are gone; the next run has no state. */
  private void forgetEverything() throws Exception {
    String id = RewardsApp.applicationId(config);
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> admin.deleteConsumerGroups(List.of(id)).all().get() == null);
    List<String> internal =
        admin.listTopics().names().get().stream().filter(name -> name.startsWith(id)).toList();
    assertThat(internal).isNotEmpty();
    admin.deleteTopics(internal).all().get();
  }

  private boolean hasReadAll() throws Exception {
    var committed =
        admin
            .listConsumerGroupOffsets(RewardsApp.applicationId(config))
            .partitionsToOffsetAndMetadata()
            .get();
    List<TopicPartition> sources =
        RewardsTopology.customerTables().stream()
            .map(topics::changes)
            .flatMap(topic -> IntStream.range(0, 3).mapToObj(p -> new TopicPartition(topic, p)))
            .toList();
    for (TopicPartition source : sources) {
      long end = end(source);
      if (end > 0 && (committed.get(source) == null || committed.get(source).offset() < end)) {
        return false;
      }
    }
    return true;
  }

  private long end(TopicPartition partition) throws Exception {
    return admin
        .listOffsets(Map.of(partition, OffsetSpec.latest()))
        .partitionResult(partition)
        .get()
        .offset();
  }

  private int records(Topic topic) {
    return kafka.committed(topics.name(topic)).size();
  }
}
