package app.goalgpt.connectors.housekeeping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.goalgpt.connectors.ledger.AppDatabase;
import app.goalgpt.connectors.run.DatabaseJob;
import app.goalgpt.messages.Job;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What is archived and what stays, compared with SQL written from SPEC. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OldLogsCleanupTest {
  private static final int ROWS = 2_000;

  private AppDatabase app;

  @BeforeAll
  void start() {
    app = new AppDatabase();
  }

  @AfterAll
  void stop() throws SQLException {
    app.close();
  }

  @BeforeEach
  void rowsOfEveryAge() throws SQLException {
    OldRows.clear(app);
    OldRows.customers(app, ROWS);
    OldRows.insert(app, ROWS);
    OldRows.remember(app);
  }

  private DatabaseJob job(Map<String, String> settings) {
    return OldRows.job(OldRows.config(app, settings), Job.OLD_LOGS_CLEANUP);
  }

  @Test
  void archivesWhatIsOldAndLeavesTheRest() throws SQLException {
    List<Long> told = new ArrayList<>();
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    HousekeepingConfig config =
        OldRows.config(app, Map.of("HOUSEKEEPING_BATCH", "97", "HOUSEKEEPING_PAUSE", "0ms"));
    long items =
        OldRows.job(config, Job.OLD_LOGS_CLEANUP, registry)
            .run(OldRows.tick(Job.OLD_LOGS_CLEANUP), told::add);

    long archived = 0;
    for (String table : OldRows.OLD.keySet()) {
      assertThat(OldRows.differences(app, table)).as(table).isEmpty();
      long moved = OldRows.count(app, table + "_archive");
      assertThat(moved).as("the scenario's own premise: " + table).isBetween(100L, ROWS - 100L);
      assertThat(registry.get("goalgpt.housekeeping.rows").tag("table", table).counter().count())
          .isEqualTo(moved);
      archived += moved;
    }
    assertThat(items).isEqualTo(archived);
    assertThat(told).isSorted().hasSizeGreaterThan(6).last().isEqualTo(archived);
  }

  @Test
  void aRunThatIsStillRunningStaysHoweverOld() throws SQLException {
    app.execute("UPDATE job_execution_logs SET status = 'running', started_at = '2020-01-01'");
    job(Map.of()).run(OldRows.tick(Job.OLD_LOGS_CLEANUP), OldRows.silent());
    assertThat(OldRows.count(app, "job_execution_logs")).isEqualTo(ROWS);
  }

  @Test
  void aSecondRunFindsNothingMore() throws SQLException {
    job(Map.of()).run(OldRows.tick(Job.OLD_LOGS_CLEANUP), OldRows.silent());
    assertThat(job(Map.of()).run(OldRows.tick(Job.OLD_LOGS_CLEANUP), OldRows.silent())).isZero();
    for (String table : OldRows.OLD.keySet()) {
      assertThat(OldRows.differences(app, table)).as(table).isEmpty();
    }
  }

  @Test
  void retentionIsASetting() throws SQLException {
    job(Map.of("RETENTION_CUSTOMER_AD_VIEWS", "36500d"))
        .run(OldRows.tick(Job.OLD_LOGS_CLEANUP), OldRows.silent());
    assertThat(OldRows.count(app, "customer_ad_views")).isEqualTo(ROWS);
    assertThat(OldRows.count(app, "match_comment_likes")).isLessThan(ROWS);
  }

  @Test
  void vacuumsAndAnalyzesWhatItCleaned() throws SQLException {
    job(Map.of()).run(OldRows.tick(Job.OLD_LOGS_CLEANUP), OldRows.silent());
    for (String table : OldRows.OLD.keySet()) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  app.value(
                      "SELECT last_vacuum IS NOT NULL AND last_analyze IS NOT NULL FROM"
                          + " pg_stat_user_tables WHERE relname = ?",
                      table),
              "t"::equals);
    }
  }

  @Test
  void reportsTheBytesThatTheTableGaveBack() throws SQLException {
    app.execute("UPDATE customer_ad_views SET completed_at = '2020-01-01'");
    app.execute("ALTER TABLE customer_ad_views SET (autovacuum_enabled = off)"); // only ours counts
    long before = Long.parseLong(app.value("SELECT pg_total_relation_size('customer_ad_views')"));
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    OldRows.job(OldRows.config(app, Map.of()), Job.OLD_LOGS_CLEANUP, registry)
        .run(OldRows.tick(Job.OLD_LOGS_CLEANUP), OldRows.silent());
    long after = Long.parseLong(app.value("SELECT pg_total_relation_size('customer_ad_views')"));
    assertThat(after).isLessThan(before);
    assertThat(
            registry
                .get("goalgpt.housekeeping.reclaimed.bytes")
                .tag("table", "customer_ad_views")
                .counter()
                .count())
        .isEqualTo(before - after);
  }

  @Test
  void aRowThatWasBroughtBackIsArchivedAgainAsItIsNow() throws SQLException {
    app.execute("DELETE FROM customer_ad_views");
    app.execute(
        "INSERT INTO customer_ad_views (customer_user_id, ad_network, completed_at) SELECT id,"
            + " 'old', '2020-01-01' FROM customer_users LIMIT 3");
    job(Map.of()).run(OldRows.tick(Job.OLD_LOGS_CLEANUP), OldRows.silent());
    app.execute(
        "INSERT INTO customer_ad_views SELECT id, customer_user_id, ad_network, ad_unit_id,"
            + " ad_type, reward_amount, completed_at FROM customer_ad_views_archive LIMIT 2");
    app.execute("UPDATE customer_ad_views SET ad_network = 'corrected'");
    job(Map.of()).run(OldRows.tick(Job.OLD_LOGS_CLEANUP), OldRows.silent());
    assertThat(OldRows.count(app, "customer_ad_views")).isZero();
    assertThat(
            app.rows(
                "SELECT ad_network, count(*) FROM customer_ad_views_archive GROUP BY 1 ORDER BY 1"))
        .containsExactly(
            Map.of("ad_network", "corrected", "count", "2"),
            Map.of("ad_network", "old", "count", "1"));
  }

  @Test
  void whatTheAppChangesInTheMeantimeIsArchivedAsChangedOrStays() throws SQLException {
    app.execute("UPDATE customer_xp_transactions SET created_at = '2020-01-01'");
    OldRows.remember(app);
    boolean[] changed = {false};
    try (Connection other = app.postgres.connect()) {
      job(Map.of("HOUSEKEEPING_BATCH", "100"))
          .run(
              OldRows.tick(Job.OLD_LOGS_CLEANUP),
              items -> {
                if (!changed[0]) {
                  changed[0] = true;
                  execute(
                      other,
                      "UPDATE customer_xp_transactions SET description = 'late' WHERE xp_amount % 2"
                          + " = 0");
                  execute(
                      other,
                      "UPDATE customer_xp_transactions SET created_at = '2026-10-31' WHERE"
                          + " xp_amount % 5 = 0");
                }
              });
    }
    assertThat(app.value("SELECT count(*) FROM customer_xp_transactions WHERE xp_amount % 5 <> 0"))
        .isEqualTo("0");
    assertThat(
            app.value(
                "SELECT count(*) FROM customer_xp_transactions_archive WHERE created_at ="
                    + " '2026-10-31'"))
        .isEqualTo("0");
    assertThat(
            OldRows.count(app, "customer_xp_transactions")
                + OldRows.count(app, "customer_xp_transactions_archive"))
        .isEqualTo(ROWS);
    assertThat(
            Long.parseLong(
                app.value(
                    "SELECT count(*) FROM (SELECT description FROM customer_xp_transactions UNION"
                        + " ALL SELECT description FROM customer_xp_transactions_archive) t WHERE"
                        + " description = 'late'")))
        .as("of the rows that were there when the app changed them, none went back")
        .isGreaterThan(ROWS / 2 - 100L);
  }

  private static void execute(Connection connection, String sql) {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
