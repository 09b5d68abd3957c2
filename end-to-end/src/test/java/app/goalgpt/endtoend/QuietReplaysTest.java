package app.goalgpt.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.goalgpt.messages.Topic;
import app.goalgpt.topology.RewardsApp;
import app.goalgpt.topology.TopologyConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever is read, decided or captured again moves no balance and sends no push. */
class QuietReplaysTest {
  private static final int TRANSACTIONS = 800;
  private static final int TIMES = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** Everything that settling moves, in one value. */
  private static final String BALANCES =
      """
      SELECT md5(string_agg(line, E'\\n' ORDER BY line)) FROM (
        SELECT concat_ws(' ', 'xp', customer_user_id, xp_points, total_earned, level, achievements_count) AS line
          FROM customer_xp
        UNION ALL SELECT concat_ws(' ', 'credits', customer_user_id, balance, lifetime_earned, lifetime_spent)
          FROM customer_credits
        UNION ALL SELECT concat_ws(' ', 'xp transaction', id, xp_amount) FROM customer_xp_transactions
        UNION ALL SELECT concat_ws(' ', 'credit transaction', id, amount) FROM customer_credit_transactions
        UNION ALL SELECT concat_ws(' ', 'badge', customer_user_id, badge_id, unlocked_at) FROM customer_badges
        UNION ALL SELECT concat_ws(' ', 'unlocks', id, total_unlocks) FROM badges
        UNION ALL SELECT concat_ws(' ', 'referral', id, tier, status) FROM referrals
        UNION ALL SELECT concat_ws(' ', 'vip', id, status, expired_at) FROM subscriptions
        UNION ALL SELECT concat_ws(' ', 'ledger', id, settled_at) FROM reward_ledger) all_lines""";

  private Deployment deployment;
  private String balances;
  private int pushes;

  @BeforeEach
  void settleSome() {
    deployment = new Deployment("replays", false);
    deployment.execute(Catalogue.SQL);
    deployment.startAll("capture", "topology", "ledger", "notifier");
    try (AppTraffic app = new AppTraffic(deployment.outside(), System.nanoTime(), true)) {
      await().atMost(PATIENCE).until(() -> app.transactions() >= TRANSACTIONS);
    }
    deployment.drain();
    Guarantees.check(deployment);
    balances = deployment.one(BALANCES);
    pushes = deployment.outside().pushes().size();
    assertThat(pushes).isPositive();
  }

  @AfterEach
  void end() {
    deployment.close();
  }

  @Test
  void replays_are_quiet() throws Exception {
    decisionsAreReplayed();
    nothingMoved("after the decisions were replayed");
    theTopologyForgetsEverything();
    nothingMoved("after the topology lost its state and read everything again");
    allTablesAreReadAgain();
    nothingMoved("after a full re-snapshot");
  }

  private void nothingMoved(String when) {
    deployment.drain();
    assertThat(deployment.one(BALANCES)).as("balances " + when).isEqualTo(balances);
    assertThat(deployment.outside().pushes().stream().skip(pushes))
        .as("pushes sent " + when)
        .isEmpty();
    Guarantees.check(deployment);
  }

  private void decisionsAreReplayed() {
    String topic = deployment.topics().name(Topic.DECISIONS);
    List<ConsumerRecord<byte[], byte[]>> decisions = Records.of(deployment.outside(), topic);
    assertThat(decisions).isNotEmpty();
    Map<String, Object> properties = new HashMap<>();
    properties.put("bootstrap.servers", deployment.outside().bootstrapServers());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int time = 0; time < TIMES; time++) {
        for (ConsumerRecord<byte[], byte[]> decision : decisions) {
          producer.send(
              new ProducerRecord<>(topic, decision.partition(), decision.key(), decision.value()));
        }
      }
    }
  }

  /** As kafka-streams-application-reset does, and the local state as well. */
  private void theTopologyForgetsEverything()
      throws IOException, InterruptedException, ExecutionException {
    deployment.stop("topology");
    String application = RewardsApp.applicationId(TopologyConfig.from(deployment.settings()));
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", deployment.outside().bootstrapServers()))) {
      await()
          .atMost(PATIENCE)
          .ignoreExceptions() // the broker may not have heard yet that its member left
          .until(() -> admin.deleteConsumerGroups(List.of(application)).all().get() == null);
      List<String> internal =
          admin.listTopics().names().get().stream()
              .filter(topic -> topic.startsWith(application + "-"))
              .toList();
      assertThat(internal).isNotEmpty();
      admin.deleteTopics(internal).all().get();
    }
    try (var paths = Files.walk(deployment.stateOf("topology"))) {
      for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(path);
      }
    }
    deployment.start("topology");
  }

  private void allTablesAreReadAgain() {
    deployment.stop("capture");
    deployment.start("capture", Map.of("CAPTURE_RESNAPSHOT", "true"));
  }
}
