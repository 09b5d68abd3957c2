package app.goalgpt.connectors.housekeeping;

import static org.assertj.core.api.Assertions.assertThat;

import app.goalgpt.connectors.ledger.AppDatabase;
import app.goalgpt.messages.Job;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeadTokenCleanupTest {
  private static final int ROWS = 2_000;
  private static final String STALE = "timestamptz '" + OldRows.DUE + "' - interval '2160 hours'";

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
  void tokensOfEveryAge() throws SQLException {
    app.clear();
    OldRows.customers(app, ROWS);
    app.execute(
        "INSERT INTO customer_push_tokens (customer_user_id, fcm_token, is_active, updated_at)"
            + " SELECT id, id::text, random() < 0.7, (ARRAY[edge, edge - '1"
            + " microsecond'::interval, edge + '1 microsecond'::interval, edge + interval '90 days'"
            + " * random(), edge - interval '9 days' * random()])[1 + floor(5 * random())::int]"
            + " FROM customer_users, (SELECT "
            + STALE
            + " AS edge) e");
    app.execute("DROP TABLE IF EXISTS before_tokens");
    app.execute("CREATE TABLE before_tokens AS SELECT * FROM customer_push_tokens");
  }

  private long run() throws SQLException {
    return OldRows.job(
            OldRows.config(app, Map.of("HOUSEKEEPING_BATCH", "97")), Job.DEAD_TOKEN_CLEANUP)
        .run(OldRows.tick(Job.DEAD_TOKEN_CLEANUP), OldRows.silent());
  }

  @Test
  void deletesDeadAndStaleTokensAndNoOther() throws SQLException {
    long deleted = run();
    String kept = "SELECT * FROM before_tokens WHERE is_active AND updated_at >= " + STALE;
    assertThat(
            app.rows(
                "(SELECT * FROM customer_push_tokens EXCEPT "
                    + kept
                    + ") UNION ALL ("
                    + kept
                    + " EXCEPT SELECT * FROM customer_push_tokens)"))
        .isEmpty();
    assertThat(deleted)
        .isEqualTo(ROWS - OldRows.count(app, "customer_push_tokens"))
        .isBetween(200L, ROWS - 200L);
  }

  @Test
  void aTokenThatComesBackToLifeInTheMeantimeStays() throws SQLException {
    boolean[] revived = {false};
    try (Connection other = app.postgres.connect();
        Statement statement = other.createStatement()) {
      OldRows.job(OldRows.config(app, Map.of("HOUSEKEEPING_BATCH", "10")), Job.DEAD_TOKEN_CLEANUP)
          .run(
              OldRows.tick(Job.DEAD_TOKEN_CLEANUP),
              items -> {
                if (!revived[0]) {
                  revived[0] = true;
                  try {
                    statement.execute(
                        "UPDATE customer_push_tokens SET is_active = true, updated_at = now()");
                  } catch (SQLException e) {
                    throw new AssertionError(e);
                  }
                }
              });
    }
    assertThat(OldRows.count(app, "customer_push_tokens")).isEqualTo(ROWS - 10);
  }

  @Test
  void aTokenThatIsBeingChangedIsLeftToTheNextRun() throws SQLException {
    app.execute("UPDATE customer_push_tokens SET is_active = false");
    try (Connection other = app.postgres.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute(
          "UPDATE customer_push_tokens SET updated_at = now() WHERE id IN (SELECT id FROM"
              + " customer_push_tokens LIMIT 2)");
      run();
      assertThat(OldRows.count(app, "customer_push_tokens")).isEqualTo(2);
      other.commit();
    }
    run();
    assertThat(OldRows.count(app, "customer_push_tokens")).isZero();
  }
}
