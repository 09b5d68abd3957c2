package app.goalgpt.connectors.housekeeping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import app.goalgpt.connectors.ledger.AppDatabase;
import app.goalgpt.connectors.run.DatabaseJob;
import app.goalgpt.connectors.run.RunStoppedException;
import app.goalgpt.messages.Job;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Killed, locked out, in the way of others, and tables that are not what they were. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CleanupTroubleTest {
  private static final int ROWS = 1_000;
  private static final int ROUNDS = 10;
  private static final String KILL =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name ="
          + " 'goalgpt-housekeeping'";

  private final Random random = new Random(20261101);
  private AppDatabase app;
  private Connection other;

  @BeforeAll
  void start() throws SQLException {
    app = new AppDatabase();
    other = app.postgres.connect();
  }

  @AfterAll
  void stop() throws SQLException {
    other.close();
    app.close();
  }

  @BeforeEach
  void rowsOfEveryAge() throws SQLException {
    OldRows.clear(app);
    OldRows.customers(app, ROWS);
    OldRows.insert(app, ROWS);
    OldRows.remember(app);
  }

  private DatabaseJob job(String batch) {
    return OldRows.job(
        OldRows.config(
            app,
            Map.of(
                "HOUSEKEEPING_BATCH",
                batch,
                "HOUSEKEEPING_PAUSE",
                "0ms",
                "HOUSEKEEPING_LOCK_PATIENCE",
                "200ms")),
        Job.OLD_LOGS_CLEANUP);
  }

  private long run(DatabaseJob job) throws SQLException {
    return job.run(OldRows.tick(Job.OLD_LOGS_CLEANUP), OldRows.silent());
  }

  private void execute(String sql) {
    try (Statement statement = other.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  private void assertNothingLostAndNothingTwice() throws SQLException {
    for (String table : OldRows.OLD.keySet()) {
      assertThat(
              app.rows(
                  """
                  SELECT id FROM before_%1$s
                  FULL JOIN (SELECT id FROM %1$s UNION ALL SELECT id FROM %1$s_archive) n USING (id)
                  GROUP BY id HAVING count(*) <> 1 OR count(n.*) <> 1"""
                      .formatted(table)))
          .as(table)
          .isEmpty();
    }
  }

  private void assertFinished() throws SQLException {
    for (String table : OldRows.OLD.keySet()) {
      assertThat(OldRows.differences(app, table)).as(table).isEmpty();
    }
  }

  /** The connection dies between two batches, or somewhere in the three that follow. */
  @Test
  void killedTenTimesInTheMiddleItLosesNothingAndFinishes() throws SQLException {
    int killed = 0;
    for (int round = 0; round < ROUNDS; round++) {
      AtomicInteger batches = new AtomicInteger(random.nextInt(9));
      boolean isAtOnce = random.nextBoolean();
      CompletableFuture<?>[] killer = {CompletableFuture.completedFuture(null)};
      Throwable death =
          catchThrowable(
              () ->
                  job("20")
                      .run(
                          OldRows.tick(Job.OLD_LOGS_CLEANUP),
                          items -> {
                            int left = batches.getAndDecrement();
                            if (left == 0) {
                              killer[0] = CompletableFuture.runAsync(() -> execute(KILL));
                            }
                            if (left == (isAtOnce ? 0 : -3)) {
                              killer[0].join();
                              execute(KILL); // it may have struck between two tables' sessions
                            }
                          }));
      killer[0].join();
      if (death != null) {
        assertThat(death).isInstanceOf(SQLException.class);
        assertThat(((SQLException) death).getSQLState()).matches("08.*|57P.*");
        killed++;
      }
      assertNothingLostAndNothingTwice();
    }
    assertThat(killed).isGreaterThan(ROUNDS / 2);

    run(job("20"));
    assertFinished();
  }

  @Test
  void begunAgainInTheSameProcessTheRunGoesOnAndItsCountWithIt() throws SQLException {
    DatabaseJob job = job("20");
    AtomicInteger batches = new AtomicInteger(25);
    assertThatThrownBy(
            () ->
                job.run(
                    OldRows.tick(Job.OLD_LOGS_CLEANUP),
                    items -> {
                      if (batches.decrementAndGet() == 0) {
                        execute(KILL);
                      }
                    }))
        .isInstanceOf(SQLException.class);
    long archived = 0;
    long items = run(job);
    for (String table : OldRows.OLD.keySet()) {
      archived += OldRows.count(app, table + "_archive");
    }
    assertThat(items).isEqualTo(archived);
    assertFinished();
  }

  @Test
  void aProcessThatStopsLeavesTheRestToTheNext() throws SQLException {
    assertThatThrownBy(
            () ->
                job("20")
                    .run(
                        OldRows.tick(Job.OLD_LOGS_CLEANUP),
                        items -> {
                          throw new RunStoppedException();
                        }))
        .isInstanceOf(RunStoppedException.class);
    assertNothingLostAndNothingTwice();
    run(job("20"));
    assertFinished();
  }

  @Test
  void aRowThatSomebodyElseHasLockedIsPassedOver() throws SQLException {
    other.setAutoCommit(false);
    try {
      execute(
          "SELECT FROM customer_ad_views t WHERE %s LIMIT 3 FOR UPDATE"
              .formatted(OldRows.OLD.get("customer_ad_views")));
      run(job("20"));
      assertThat(
              app.value(
                  "SELECT count(*) FROM customer_ad_views t WHERE "
                      + OldRows.OLD.get("customer_ad_views")))
          .isEqualTo("3");
    } finally {
      other.rollback();
      other.setAutoCommit(true);
    }
    assertThat(run(job("20"))).isEqualTo(3);
    assertFinished();
  }

  @Test
  void aTableThatIsLockedHoldsUpNoOtherAndIsTriedAgain() throws SQLException {
    DatabaseJob job = job("20");
    other.setAutoCommit(false);
    try {
      execute("LOCK TABLE customer_ad_views IN SHARE MODE");
      assertThatThrownBy(() -> run(job))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("customer_ad_views: ")
          .hasFieldOrPropertyWithValue("SQLState", "55P03");
    } finally {
      other.rollback();
      other.setAutoCommit(true);
    }
    assertThat(OldRows.count(app, "customer_ad_views_archive")).isZero();
    assertThat(OldRows.differences(app, "job_execution_logs")).isEmpty();
    run(job);
    assertFinished();
  }

  @Test
  void twoAtTheSameTimeShareTheWork() throws SQLException {
    CompletableFuture<Long> second =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return run(job("20"));
              } catch (SQLException e) {
                throw new AssertionError(e);
              }
            });
    long items = run(job("20")) + second.join();
    run(job("20"));
    assertFinished();
    long archived = 0;
    for (String table : OldRows.OLD.keySet()) {
      archived += OldRows.count(app, table + "_archive");
    }
    assertThat(items).isLessThanOrEqualTo(archived);
  }

  @Test
  void aColumnThatTheArchiveLacksStopsThatTableAndNoOther() throws SQLException {
    execute("ALTER TABLE customer_ad_views ADD COLUMN \"Land\" varchar(2)");
    try {
      assertThatThrownBy(() -> run(job("20")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "customer_ad_views: its archive would lose \"Land\" character varying(2); repair:"
                  + " ALTER TABLE \"public\".\"customer_ad_views_archive\" ADD COLUMN \"Land\""
                  + " character varying(2)");
      assertThat(OldRows.count(app, "customer_ad_views")).isEqualTo(ROWS);
      assertThat(OldRows.differences(app, "customer_xp_transactions")).isEmpty();
      assertThat(OldRows.differences(app, "job_execution_logs")).isEmpty();

      execute("UPDATE customer_ad_views SET \"Land\" = 'TR'");
      execute(
          "ALTER TABLE \"public\".\"customer_ad_views_archive\" ADD COLUMN \"Land\" character"
              + " varying(2)");
      run(job("20"));
      assertFinished();
      assertThat(app.value("SELECT count(*) FROM customer_ad_views_archive WHERE \"Land\" IS NULL"))
          .isEqualTo("0");
    } finally {
      execute("ALTER TABLE customer_ad_views DROP COLUMN \"Land\"");
      execute("ALTER TABLE customer_ad_views_archive DROP COLUMN IF EXISTS \"Land\"");
    }
  }

  @Test
  void aColumnAddedInTheMiddleOfARunIsNotLost() throws SQLException {
    AtomicInteger batches = new AtomicInteger();
    try {
      assertThatThrownBy(
              () ->
                  job("20")
                      .run(
                          OldRows.tick(Job.OLD_LOGS_CLEANUP),
                          items -> {
                            if (batches.incrementAndGet() == 2) {
                              execute(
                                  "ALTER TABLE customer_xp_transactions ADD COLUMN season int"
                                      + " DEFAULT 3");
                            }
                          }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("customer_xp_transactions: its archive would lose season integer");
      assertThat(OldRows.count(app, "customer_xp_transactions_archive")).isEqualTo(40);
    } finally {
      execute("ALTER TABLE customer_xp_transactions DROP COLUMN IF EXISTS season");
    }
    run(job("20"));
    assertFinished();
  }

  @Test
  void aColumnThatBecameAnotherTypeIsNamed() {
    execute("ALTER TABLE customer_xp_transactions ALTER COLUMN xp_amount TYPE bigint");
    try {
      assertThatThrownBy(() -> run(job("20")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("would lose xp_amount bigint")
          .hasMessageContaining("ALTER COLUMN xp_amount TYPE bigint");
    } finally {
      execute("ALTER TABLE customer_xp_transactions ALTER COLUMN xp_amount TYPE int");
    }
  }

  @Test
  void aColumnThatTheAppDroppedDoesNotMatter() throws SQLException {
    execute("ALTER TABLE customer_ad_views DROP COLUMN reward_amount");
    try {
      run(job("20"));
      assertThat(OldRows.count(app, "customer_ad_views_archive")).isPositive();
    } finally {
      execute("ALTER TABLE customer_ad_views ADD COLUMN reward_amount int NOT NULL DEFAULT 0");
    }
  }

  @Test
  void rowsThatWouldGoAlongWithArchivedOnesAreNotGivenUp() throws SQLException {
    execute(
        "CREATE TABLE xp_disputes (transaction_id uuid REFERENCES customer_xp_transactions ON"
            + " DELETE CASCADE)");
    try {
      assertThatThrownBy(() -> run(job("20")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("xp_disputes_transaction_id_fkey of xp_disputes");
      assertThat(OldRows.count(app, "customer_xp_transactions")).isEqualTo(ROWS);
    } finally {
      execute("DROP TABLE xp_disputes");
    }
  }

  @Test
  void anArchiveThatIsNotThereIsNamed() {
    execute("ALTER TABLE customer_ad_views_archive RENAME TO elsewhere");
    try {
      assertThatThrownBy(() -> run(job("20")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no archive \"public\".\"customer_ad_views_archive\"")
          .hasMessageContaining("./goalgpt migrate");
    } finally {
      execute("ALTER TABLE elsewhere RENAME TO customer_ad_views_archive");
    }
  }
}
