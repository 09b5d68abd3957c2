package app.goalgpt.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.goalgpt.messages.AppTable;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Capture stopped, killed and started again at the worst of moments loses no committed row. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NothingLostAtTheSourceTest {
  private static final int AUTHORS = 10;
  private static final int EACH = 100;
  private static final int ROWS_AT_FIRST = 100_000;
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Random RANDOM = new Random(Long.getLong("fire.seed", System.nanoTime()));

  private static Deployment deployment;
  private static final List<UUID> authors = new ArrayList<>();

  static List<Integer> rounds() {
    return IntStream.rangeClosed(1, Integer.getInteger("fire.rounds", 2)).boxed().toList();
  }

  @BeforeAll
  static void deploy() {
    deployment = new Deployment("source", false);
    for (int i = 0; i < AUTHORS; i++) {
      UUID author = UUID.randomUUID();
      authors.add(author);
      deployment.execute("INSERT INTO customer_users (id) VALUES ('%s')".formatted(author));
    }
  }

  @AfterAll
  static void end() {
    deployment.close();
  }

  @Test
  @Order(1)
  void a_snapshot_interrupted_by_kill_9_is_complete_afterwards() {
    deployment.execute(
        "INSERT INTO ts_prediction_mapped (purchased_by_user_id, result) SELECT '%s', 'lost' FROM generate_series(1, %d)"
            .formatted(authors.get(0), ROWS_AT_FIRST));
    deployment.topics().ensure();
    deployment.start("capture");
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> count(deployment.topics().changes(AppTable.TS_PREDICTION_MAPPED)) > 0);
    deployment.kill("capture");
    deployment.start("capture");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(rowsOnTopic(AppTable.TS_PREDICTION_MAPPED)).isEqualTo(ROWS_AT_FIRST));
  }

  @ParameterizedTest
  @MethodSource("rounds")
  @Order(2)
  void a_transaction_that_was_open_when_capture_stopped_arrives_whole(int round) throws Exception {
    List<String> ofA = new ArrayList<>();
    try (Connection a = deployment.outside().connect()) {
      a.setAutoCommit(false);
      for (int i = 0; i < 5; i++) {
        ofA.add(commented(a));
      }
      String ofB;
      try (Connection b = deployment.outside().connect()) {
        ofB = commented(b);
      }
      await().atMost(PATIENCE).until(() -> isOnTopic(List.of(ofB)));
      if (RANDOM.nextBoolean()) {
        deployment.stop("capture");
      } else {
        deployment.kill("capture");
      }
      ofA.add(commented(a));
      a.commit();
    }
    deployment.start("capture");
    await().atMost(PATIENCE).until(() -> isOnTopic(ofA));
  }

  /** A badge for exactly as many comments as there are, and one for one comment more. */
  @ParameterizedTest
  @MethodSource("rounds")
  @Order(3)
  void every_row_of_a_copy_counts_once_although_capture_is_killed_in_the_middle(int round)
      throws Exception {
    if (round == 1) {
      deployment.execute("DELETE FROM match_comments");
      deployment.start("topology", "ledger");
    }
    int each = round * EACH;
    badge("copy-" + round, each);
    badge("copy-" + round + "-and-one-more", each + 1);
    try (Connection connection = deployment.outside().connect()) {
      Thread killer = new Thread(NothingLostAtTheSourceTest::killCaptureSoon);
      killer.start();
      AppTraffic.copyComments(connection, authors, EACH);
      killer.join();
    }
    deployment.start("capture");
    String unlocked =
        "SELECT count(*) FROM customer_badges JOIN badges b ON b.id = badge_id WHERE slug = 'copy-%d%s'";
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(deployment.one(unlocked.formatted(round, "")))
                    .isEqualTo(Integer.toString(AUTHORS)));
    deployment.drain();
    assertThat(deployment.one(unlocked.formatted(round, "-and-one-more"))).isEqualTo("0");
    deployment.execute(
        "UPDATE badges SET is_active = false WHERE slug = 'copy-%d-and-one-more'".formatted(round));
  }

  private static void killCaptureSoon() {
    try {
      Thread.sleep(RANDOM.nextInt(250));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    deployment.kill("capture");
  }

  private static void badge(String slug, int comments) {
    deployment.execute(
        """
        INSERT INTO badges (slug, name_tr, name_en, unlock_condition, reward_credits)
        VALUES ('%s', 'Yazar', 'Author', '{"type":"comments","count":%d}', 1)"""
            .formatted(slug, comments));
  }

  private static String commented(Connection connection) throws Exception {
    String id = UUID.randomUUID().toString();
    AppTraffic.run(
        connection,
        "INSERT INTO match_comments (id, customer_user_id, match_id, content) VALUES (?::uuid, ?, 'm', 'gol!')",
        id,
        authors.get(RANDOM.nextInt(AUTHORS)));
    return id;
  }

  private static boolean isOnTopic(List<String> ids) {
    String topic = deployment.topics().changes(AppTable.MATCH_COMMENTS);
    List<String> missing = new ArrayList<>(ids);
    Records.of(deployment.outside(), topic)
        .forEach(
            record -> missing.remove(Guarantees.json(record.value()).at("/after/id").asText()));
    return missing.isEmpty();
  }

  private static long count(String topic) {
    return Records.count(deployment.outside(), topic);
  }

  private static long rowsOnTopic(AppTable table) {
    return Records.of(deployment.outside(), deployment.topics().changes(table)).stream()
        .map(record -> Guarantees.json(record.value()).at("/after/id").asText())
        .distinct()
        .count();
  }
}
