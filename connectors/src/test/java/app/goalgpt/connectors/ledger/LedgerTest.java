package app.goalgpt.connectors.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.goalgpt.embedded.EmbeddedKafka;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Decision;
import app.goalgpt.messages.Json;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import app.goalgpt.settings.KafkaConfig;
import app.goalgpt.settings.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The ledger between a real broker and a real database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LedgerTest {
  private static final String CONDITION = "{\"type\": \"comments\", \"count\": 5}";

  private final AppDatabase app = new AppDatabase();
  private final EmbeddedKafka kafka = EmbeddedKafka.temporary();
  private final Settings settings = app.settings.with(kafka.settings());
  private final List<Throwable> fatal = new CopyOnWriteArrayList<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Topics topics = new Topics(KafkaConfig.from(settings), AppTables.from(settings));
  private KafkaProducer<byte[], byte[]> producer;
  private Ledger ledger;

  @BeforeAll
  void start() {
    ledger = Ledger.start(LedgerConfig.from(settings), meters, fatal::add);
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @AfterAll
  void stop() throws SQLException {
    producer.close();
    ledger.close();
    kafka.close();
    app.close();
    assertThat(fatal).isEmpty();
  }

  private void decide(Decision... decisions) {
    for (Decision decision : decisions) {
      send(topics.name(Topic.DECISIONS), decision.key(), Json.write(decision));
    }
  }

  private void send(String topic, UUID key, byte[] value) {
    producer.send(new ProducerRecord<>(topic, key.toString().getBytes(), value));
  }

  private Decision unlock(UUID customer, UUID badge) {
    return Decision.BadgeUnlock.of(
        customer, badge, CONDITION, "5", AppDatabase.CAUSE, AppDatabase.DECIDED);
  }

  private void awaitSettled(Decision decision) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                !app.rows("SELECT 1 FROM reward_ledger WHERE id = ?", decision.rewardId())
                    .isEmpty());
  }

  @Test
  void aDecisionBecomesABadgePointsCreditsAndALedgerRow() throws SQLException {
    UUID customer = app.customer();
    UUID badge = app.badge(CONDITION, 50, 20, 0);

    decide(unlock(customer, badge));

    awaitSettled(unlock(customer, badge));
    assertThat(app.value("SELECT xp_points FROM customer_xp WHERE customer_user_id = ?", customer))
        .isEqualTo("50");
    assertThat(
            app.value("SELECT balance FROM customer_credits WHERE customer_user_id = ?", customer))
        .isEqualTo("20");
    assertThat(app.value("SELECT total_unlocks FROM badges WHERE id = ?", badge)).isEqualTo("1");
  }
}
