package app.goalgpt.benchmarks.load;

import app.goalgpt.benchmarks.pipeline.Stage;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Comments in single-row transactions, as fast as the database takes them. Who commented much goes
 * on commenting much: the authors of the comments that are there write the new ones.
 */
public final class Backlog {
  private static final int WRITERS = 4;
  private static final String AUTHORS =
      """
      DROP TABLE IF EXISTS backlog_author;
      CREATE TABLE backlog_author AS
        SELECT row_number() OVER (ORDER BY md5(c.id::text)) - 1 AS n, c.customer_user_id
        FROM match_comments c JOIN customer_users u ON u.id = c.customer_user_id
        WHERE u.deleted_at IS NULL;
      ALTER TABLE backlog_author ADD PRIMARY KEY (n);
      ANALYZE backlog_author
      """;
  private static final String WRITE =
      """
      DO $$
      DECLARE authors bigint := (SELECT count(*) FROM backlog_author);
      BEGIN
        FOR i IN %d..%d LOOP
          INSERT INTO match_comments (customer_user_id, match_id, content)
          SELECT customer_user_id, '%s', 'What a match! The second half was something else, unbelievable.'
          FROM backlog_author WHERE n = i %% authors;
          COMMIT;
        END LOOP;
      END $$
      """;

  private Backlog() {}

  /**
   * @param first the number of the first comment: going on from an earlier backlog goes on among
   *     the authors
   */
  public static void write(Stage stage, int first, int count, String match)
      throws SQLException, InterruptedException {
    if (first == 0) {
      stage.execute(AUTHORS);
    }
    ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        int from = first + (int) ((long) count * writer / WRITERS);
        int to = first + (int) ((long) count * (writer + 1) / WRITERS) - 1;
        running.add(threads.submit(() -> write(stage, WRITE.formatted(from, to, match))));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new SQLException("cannot write the backlog", e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private static Void write(Stage stage, String sql) throws SQLException {
    try (Connection connection = stage.connect();
        Statement statement = connection.createStatement()) {
      // The writer only prepares: its commits need not be waited for.
      statement.execute("SET synchronous_commit = off");
      statement.execute(sql);
    }
    return null;
  }
}
