package app.goalgpt.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.goalgpt.connectors.Migrations;
import app.goalgpt.messages.AppTables;
import app.goalgpt.messages.Topic;
import app.goalgpt.messages.Topics;
import app.goalgpt.settings.DatabaseConfig;
import app.goalgpt.settings.KafkaConfig;
import app.goalgpt.settings.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** What a waiting demo, or a test under fire, takes for work that is still to be done. */
class DrainTest {
  private static final Duration TOO_SHORT = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** A process that was killed leaves one; until it ends nobody reads what comes behind it. */
  @Test
  void anOpenTransactionIsWorkToBeDone() throws Exception {
    try (EmbeddedPlatform platform = EmbeddedPlatform.temporary()) {
      Settings settings = platform.settings(Map.of("TOPIC_PARTITIONS", "1"));
      AppTables tables = AppTables.from(settings);
      KafkaConfig kafka = KafkaConfig.from(settings);
      Topics topics = new Topics(kafka, tables);
      Migrations.migrate(DatabaseConfig.from(settings), tables);
      topics.ensure();
      String decisions = topics.name(Topic.DECISIONS);
      try (Drain drain = new Drain(platform.database(), kafka, tables);
          KafkaProducer<byte[], byte[]> producer = transactional(kafka)) {
        assertThat(drain.await(PATIENCE, records -> true)).isTrue();

        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(decisions, new byte[1])).get();
        assertThatThrownBy(() -> drain.await(TOO_SHORT, records -> true))
            .hasMessageContaining("a transaction is open on " + decisions + "-0");

        producer.commitTransaction();
        assertThat(drain.await(PATIENCE, records -> true)).isTrue();
      }
    }
  }

  private static KafkaProducer<byte[], byte[]> transactional(KafkaConfig kafka) {
    Map<String, Object> properties = new HashMap<>(kafka.clientProperties());
    properties.put("transactional.id", "somebody-killed");
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
