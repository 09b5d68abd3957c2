package app.goalgpt.connectors.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.goalgpt.connectors.capture.CaptureStage.Change;
import app.goalgpt.embedded.EmbeddedKafka;
import app.goalgpt.messages.AppTable;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** Capture stops in bad moments, and every row arrives all the same. */
class NothingIsLostTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int KILLS = 2;

  private static EmbeddedKafka kafka;
  private CaptureStage stage;

  @BeforeAll
  static void startKafka() {
    kafka = EmbeddedKafka.temporary();
  }

  @AfterAll
  static void stopKafka() {
    kafka.close();
  }

  @BeforeEach
  void setTheStage() throws SQLException {
    stage = new CaptureStage(kafka, Map.of("CAPTURE_HEARTBEAT_INTERVAL", "1s")).install();
  }

  @AfterEach
  void strikeTheStage() {
    stage.close();
  }

  @Test
  void aTransactionThatWasOpenWhileALaterOneWasConfirmedArrivesWhole() throws Exception {
    try (Connection slow = stage.postgres.connect()) {
      String late = UUID.randomUUID().toString();
      stage.start();
      slow.setAutoCommit(false);
      predictions(slow, 300);
      stage.sql("INSERT INTO ts_prediction_mapped (id) VALUES ('%s')".formatted(late));
      long committed = stage.written();
      predictions(slow, 300);
      awaitIds(Set.of(late));
      await().atMost(PATIENCE).until(() -> stage.confirmed() >= committed);
      stage.stop();
      slow.commit();
    }
    stage.start();
    awaitAllRows();
  }

  @Test
  void rowsOfACopyArriveThoughCaptureIsKilledInTheMiddle() throws Exception {
    for (int round = 0; round < KILLS; round++) {
      try (CaptureProcess capture = CaptureProcess.start(stage.environment())) {
        await().atMost(PATIENCE).until(this::isStreaming);
        long before = stage.changes(AppTable.TS_PREDICTION_MAPPED).size();
        CompletableFuture<Void> copies = CompletableFuture.runAsync(() -> copy(5, 1000));
        await()
            .pollInterval(Duration.ofMillis(5))
            .atMost(PATIENCE)
            .until(() -> stage.count(AppTable.TS_PREDICTION_MAPPED) > before);
        TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextLong(100));
        capture.kill();
        copies.join();
      }
    }
    stage.start();
    awaitAllRows();
  }

  @Test
  void aSnapshotThatWasKilledStartsOverAndMissesNothingSinceItsSlotBegan() throws Exception {
    stage.sql("INSERT INTO ts_prediction_mapped SELECT FROM generate_series(1, 30000)");
    allowBytesPerSecond(100_000.0); // minutes for all of it: the kill comes in the middle
    try (CaptureProcess capture = CaptureProcess.start(stage.environment())) {
      await()
          .pollInterval(Duration.ofMillis(5))
          .atMost(PATIENCE)
          .until(() -> stage.count(AppTable.TS_PREDICTION_MAPPED) > 0);
      capture.kill();
    }
    allowBytesPerSecond(null);
    long readBefore = stage.count(AppTable.TS_PREDICTION_MAPPED);
    assertThat(readBefore).isLessThan(30_000);
    Change read = stage.changes(AppTable.TS_PREDICTION_MAPPED).get(0);
    String deleted = read.after().get("id").textValue();
    stage.sql("DELETE FROM ts_prediction_mapped WHERE id = '%s'".formatted(deleted));
    stage.start();
    awaitAllRows();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(stage.changes(AppTable.TS_PREDICTION_MAPPED))
                    .filteredOn(change -> change.op().equals("d"))
                    .extracting(change -> change.before().get("id").textValue())
                    .contains(deleted));
  }

  /** How much the broker takes from capture; null for any amount. */
  private void allowBytesPerSecond(Double most) throws Exception {
    ClientQuotaEntity capture =
        new ClientQuotaEntity(Map.of(ClientQuotaEntity.CLIENT_ID, "goalgpt-capture"));
    ClientQuotaAlteration.Op rate = new ClientQuotaAlteration.Op("producer_byte_rate", most);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin
          .alterClientQuotas(List.of(new ClientQuotaAlteration(capture, List.of(rate))))
          .all()
          .get();
    }
  }

  @Test
  void aCleanStopLeavesNoMoreThanTheLastTransactionToComeAgain() throws Exception {
    stage.start();
    await().atMost(PATIENCE).until(this::isStreaming);
    for (int row = 0; row < 50; row++) {
      stage.sql("INSERT INTO ts_prediction_mapped DEFAULT VALUES");
    }
    awaitAllRows();
    // Alone in its batch: what came before it has been dealt with to the end.
    stage.sql("INSERT INTO ts_prediction_mapped DEFAULT VALUES");
    awaitAllRows();
    stage.stop();
    stage.start();
    stage.sql("INSERT INTO ts_prediction_mapped DEFAULT VALUES");
    awaitAllRows();
    assertThat(stage.count(AppTable.TS_PREDICTION_MAPPED)).isBetween(52L, 53L);
  }

  @Test
  void aSecondStartDoesNotReadTheTablesAgainUnlessTold() throws Exception {
    stage.sql("INSERT INTO ts_prediction_mapped SELECT FROM generate_series(1, 10)");
    stage.start();
    await().atMost(PATIENCE).until(this::isStreaming);
    stage.stop();
    stage.start();
    String fresh = UUID.randomUUID().toString();
    stage.sql("INSERT INTO ts_prediction_mapped (id) VALUES ('%s')".formatted(fresh));
    awaitIds(Set.of(fresh));
    assertThat(reads()).hasSize(10);
    stage.stop();
    stage.start(Map.of("CAPTURE_RESNAPSHOT", "true"));
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(reads()).hasSize(10 + 11));
  }

  private List<Change> reads() {
    return stage.changes(AppTable.TS_PREDICTION_MAPPED).stream()
        .filter(change -> change.op().equals("r"))
        .toList();
  }

  private boolean isStreaming() throws SQLException {
    return "t".equals(stage.one("SELECT active FROM pg_replication_slots"));
  }

  private void awaitAllRows() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              Set<String> missing = rows("SELECT id FROM ts_prediction_mapped");
              missing.removeAll(ids());
              assertThat(missing.size()).as("rows that are missing").isZero();
            });
  }

  private void awaitIds(Set<String> wanted) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(ids()).containsAll(wanted));
  }

  private Set<String> ids() {
    return stage.changes(AppTable.TS_PREDICTION_MAPPED).stream()
        .filter(change -> !change.after().isNull())
        .map(change -> change.after().get("id").textValue())
        .collect(Collectors.toSet());
  }

  private Set<String> rows(String sql) throws SQLException {
    Set<String> rows = new TreeSet<>();
    try (Connection connection = stage.postgres.connect();
        Statement statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      while (row.next()) {
        rows.add(row.getString(1));
      }
    }
    return rows;
  }

  private static void predictions(Connection connection, int count) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO ts_prediction_mapped SELECT FROM generate_series(1, %d)".formatted(count));
    }
  }

  private void copy(int times, int rowsEach) {
    try (Connection connection = stage.postgres.connect()) {
      for (int i = 0; i < times; i++) {
        String lines =
            IntStream.range(0, rowsEach)
                .mapToObj(row -> UUID.randomUUID() + "\n")
                .collect(Collectors.joining());
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn("COPY ts_prediction_mapped (id) FROM STDIN", new StringReader(lines));
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
