package app.goalgpt.benchmarks.load;

import app.goalgpt.benchmarks.pipeline.Stage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * First comments of fresh customers, one transaction each, at a steady rate: one per time slot, at
 * a random moment of it, so that no poll interval is met in step. The schedule does not wait for
 * the system (an open loop); it is the same in every run.
 */
public final class PacedComments {
  private static final String INSERT =
      "INSERT INTO match_comments (customer_user_id, match_id, content) VALUES (?, ?, ?)";
  private static final String CONTENT =
      "What a match! The second half was something else, and that last goal, unbelievable.";
  private static final int WRITERS = 4;

  private final Stage stage;
  private final int rate;
  private final int count;
  private final int firstCustomer;
  private final String match;
  private final AtomicLong latestNanos = new AtomicLong();

  /**
   * @param rate comments a second
   * @param count how many; they take {@code count / rate} seconds
   * @param firstCustomer the number of the first customer to comment; each comments once
   * @param match match_id of the comments, by which they are found again
   */
  public PacedComments(Stage stage, int rate, int count, int firstCustomer, String match) {
    this.stage = stage;
    this.rate = rate;
    this.count = count;
    this.firstCustomer = firstCustomer;
    this.match = match;
  }

  /** Writes all of them; returns when the last is committed. */
  public void write() throws SQLException, InterruptedException {
    int writers = Math.min(WRITERS, Math.max(1, rate / 50));
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    try {
      long begin = System.nanoTime() + 100_000_000;
      List<Future<?>> running = new ArrayList<>();
      for (int writer = 0; writer < writers; writer++) {
        int first = writer;
        running.add(threads.submit(() -> write(begin, first, writers)));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new SQLException("cannot write comments", e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private Void write(long begin, int first, int step) throws SQLException {
    double slotNanos = 1e9 / rate;
    SplittableRandom random = new SplittableRandom(first);
    try (Connection connection = stage.connect();
        PreparedStatement insert = connection.prepareStatement(INSERT)) {
      for (int i = first; i < count; i += step) {
        long due = begin + (long) (slotNanos * (i + random.nextDouble()));
        for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
          LockSupport.parkNanos(wait);
        }
        latestNanos.accumulateAndGet(System.nanoTime() - due, Math::max);
        insert.setObject(1, FreshCustomers.id(firstCustomer + i));
        insert.setString(2, match);
        insert.setString(3, CONTENT);
        insert.executeUpdate();
      }
    }
    return null;
  }

  /** The furthest that a comment was behind its schedule: the load was not as steady as meant. */
  public double latestMillis() {
    return latestNanos.get() / 1e6;
  }
}
