package app.goalgpt.connectors.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.goalgpt.connectors.capture.CaptureStage.Change;
import app.goalgpt.embedded.EmbeddedKafka;
import app.goalgpt.messages.AppTable;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What lies on the topics for what happens to rows. */
class CaptureTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final UUID ALI = new UUID(0, 1);
  private static final UUID VELI = new UUID(0, 2);

  private static EmbeddedKafka kafka;
  private static CaptureStage stage;

  @BeforeAll
  static void captureADatabaseWithAHistory() throws SQLException {
    kafka = EmbeddedKafka.temporary();
    stage = new CaptureStage(kafka, Map.of()).install();
    stage.sql(
        "INSERT INTO customer_users (id, email) VALUES ('%s', 'ali@goalgpt.app'), ('%s', 'v@goalgpt.app')"
            .formatted(ALI, VELI),
        "INSERT INTO customer_xp (customer_user_id) VALUES ('%s')".formatted(ALI));
    stage.start();
  }

  @AfterAll
  static void stop() {
    stage.close();
    kafka.close();
  }

  @Test
  void rowsThatWereThereBeforeComeAsReads() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(stage.changes(AppTable.CUSTOMER_XP))
                    .filteredOn(change -> change.op().equals("r"))
                    .singleElement()
                    .satisfies(
                        change -> {
                          assertThat(change.key()).isEqualTo(ALI.toString());
                          assertThat(change.after().get("level").textValue()).isEqualTo("bronze");
                        }));
  }

  @Test
  void onlyTheColumnsThatAreNeededTravel() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(stage.changes(AppTable.CUSTOMER_USERS))
                    .hasSizeGreaterThanOrEqualTo(2)
                    .allSatisfy(
                        change ->
                            assertThat(change.after().fieldNames())
                                .toIterable()
                                .containsExactlyInAnyOrder(
                                    "id",
                                    "locale_preference",
                                    "is_push_allowed_mobile",
                                    "deleted_at")));
  }

  @Test
  void aDeleteCarriesTheCustomersKeyAndTheOldRow() throws SQLException {
    UUID comment = UUID.randomUUID();
    stage.sql(
        "INSERT INTO match_comments (id, customer_user_id, match_id, content) VALUES ('%s', '%s', '1', 'goool')"
            .formatted(comment, VELI),
        "DELETE FROM match_comments WHERE id = '%s'".formatted(comment));
    List<Change> changes = awaitChanges(AppTable.MATCH_COMMENTS, comment, 2);
    assertThat(changes).extracting(Change::key).containsOnly(VELI.toString());
    assertThat(changes).extracting(Change::op).containsExactly("c", "d");
    assertThat(changes.get(1).before().get("status").textValue()).isEqualTo("active");
    assertThat(changes.get(1).after().isNull()).isTrue();
  }

  @Test
  void aRowThatMovesToAnotherCustomerLeavesTheOneAndJoinsTheOther() throws SQLException {
    UUID prediction = UUID.randomUUID();
    stage.sql(
        "INSERT INTO ts_prediction_mapped (id) VALUES ('%s')".formatted(prediction),
        "UPDATE ts_prediction_mapped SET purchased_by_user_id = '%s' WHERE id = '%s'"
            .formatted(ALI, prediction),
        "UPDATE ts_prediction_mapped SET purchased_by_user_id = '%s' WHERE id = '%s'"
            .formatted(VELI, prediction));
    List<Change> changes = awaitChanges(AppTable.TS_PREDICTION_MAPPED, prediction, 5);
    assertThat(changes.stream().filter(change -> change.key() == null))
        .extracting(Change::op, Change::partition)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("c", 0),
            org.assertj.core.groups.Tuple.tuple("d", 0));
    assertThat(changes.stream().filter(change -> ALI.toString().equals(change.key())))
        .extracting(Change::op)
        .containsExactly("c", "d");
    assertThat(changes.stream().filter(change -> VELI.toString().equals(change.key())))
        .extracting(Change::op)
        .containsExactly("c");
  }

  private static List<Change> awaitChanges(AppTable table, UUID row, int count) {
    List<Change> found = new ArrayList<>();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              found.clear();
              stage.changes(table).stream().filter(change -> isOf(row, change)).forEach(found::add);
              assertThat(found).hasSize(count);
            });
    return found;
  }

  private static boolean isOf(UUID row, Change change) {
    var version = change.after().isNull() ? change.before() : change.after();
    return row.toString().equals(version.get("id").textValue());
  }
}
