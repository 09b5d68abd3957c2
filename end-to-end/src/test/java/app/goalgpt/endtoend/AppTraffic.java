package app.goalgpt.endtoend;

import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.postgresql.PGConnection;

/**
 * The app under load, at its least convenient: several writers, transactions held open across
 * others' commits, savepoints rolled back, COPY, hard deletes, rows that come in any order. It
 * writes plain SQL to the app's tables and never looks at what the system did. A statement that
 * fails (a restarted database, a deadlock) is forgotten: what the tables hold is the truth.
 */
final class AppTraffic implements AutoCloseable {
  /** One thing that the app does for a customer, in the connection's transaction. */
  private interface Action {
    void write(Connection connection, UUID customer, Random random) throws SQLException;
  }

  private record Weighted(int weight, Action action) {}

  private static final int WRITERS = 3;
  private static final long LONGEST_PAUSE_NANOS = 30_000_000;
  private static final long LONGEST_HELD_NANOS = 600_000_000;
  private static final int AT_FIRST = 40;

  private static final List<Weighted> ACTIONS =
      List.of(
          new Weighted(12, AppActions::login),
          new Weighted(4, AppActions::unlink),
          new Weighted(30, AppActions::comment),
          new Weighted(12, AppActions::like),
          new Weighted(6, AppActions::hideOrShow),
          new Weighted(12, AppActions::buyPrediction),
          new Weighted(16, AppActions::settlePrediction),
          new Weighted(10, AppActions::streak),
          new Weighted(8, AppActions::subscribe),
          new Weighted(3, AppActions::endSubscription),
          new Weighted(14, AppActions::moveCredits),
          new Weighted(10, AppActions::grantXp),
          new Weighted(1, AppActions::leave),
          new Weighted(1, AppActions::switchBadge));

  /** What takes the proof of a reward away. */
  private static final List<Weighted> ERASURES =
      List.of(
          new Weighted(3, AppActions::eraseComment), new Weighted(2, AppActions::eraseReferral));

  private final Outside outside;
  private final List<Weighted> actions;
  private final List<UUID> customers = new CopyOnWriteArrayList<>();
  private final List<Thread> writers = new ArrayList<>();
  private final AtomicLong transactions = new AtomicLong();
  private volatile boolean stopped;

  /**
   * @param erasing whether it deletes rows, not only marks them
   */
  AppTraffic(Outside outside, long seed, boolean erasing) {
    this.outside = outside;
    this.actions =
        Stream.concat(ACTIONS.stream(), erasing ? ERASURES.stream() : Stream.empty()).toList();
    for (int i = 0; i < WRITERS; i++) {
      Random random = new Random(seed + i);
      Thread writer = new Thread(() -> write(random), "app-" + i);
      writer.setDaemon(true);
      writer.start();
      writers.add(writer);
    }
  }

  /** Transactions that the app has committed. */
  long transactions() {
    return transactions.get();
  }

  private void write(Random random) {
    while (!stopped) {
      try (Connection connection = outside.connect()) {
        connection.setAutoCommit(false);
        while (!stopped) {
          transaction(connection, random);
          LockSupport.parkNanos((long) (random.nextDouble() * LONGEST_PAUSE_NANOS));
        }
      } catch (SQLException e) {
        LockSupport.parkNanos(LONGEST_PAUSE_NANOS);
      }
    }
  }

  private void transaction(Connection connection, Random random) throws SQLException {
    try {
      UUID signedUp = null;
      if (customers.size() < AT_FIRST || random.nextInt(12) == 0) {
        signedUp = AppActions.signUp(connection, customers, random);
      } else {
        UUID customer = customers.get(random.nextInt(customers.size()));
        int actions = random.nextInt(8) == 0 ? 1 + random.nextInt(4) : 1;
        for (int i = 0; i < actions; i++) {
          drawn(random).write(connection, customer, random);
        }
        if (random.nextInt(20) == 0) {
          changeOfMind(connection, customer, random);
        }
        if (random.nextInt(25) == 0) {
          LockSupport.parkNanos((long) (random.nextDouble() * LONGEST_HELD_NANOS));
        }
      }
      connection.commit();
      transactions.incrementAndGet();
      if (signedUp != null) {
        customers.add(signedUp);
      }
    } catch (SQLException e) {
      if (!connection.isValid(1)) {
        throw e;
      }
      connection.rollback();
    }
  }

  /** Writes something and takes it back: none of it may ever count. */
  private void changeOfMind(Connection connection, UUID customer, Random random)
      throws SQLException {
    Savepoint before = connection.setSavepoint();
    drawn(random).write(connection, customer, random);
    connection.rollback(before);
  }

  private Action drawn(Random random) {
    int total = actions.stream().mapToInt(Weighted::weight).sum();
    int left = random.nextInt(total);
    for (Weighted weighted : actions) {
      left -= weighted.weight();
      if (left < 0) {
        return weighted.action();
      }
    }
    throw new IllegalStateException("weights do not add up");
  }

  /** Loads comments as a bulk import does: one COPY, one transaction. */
  static void copyComments(Connection connection, List<UUID> authors, int each)
      throws SQLException, IOException {
    StringBuilder rows = new StringBuilder();
    for (UUID author : authors) {
      rows.append((author + "\tm1\tAynen öyle\n").repeat(each));
    }
    connection
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyIn(
            "COPY match_comments (customer_user_id, match_id, content) FROM STDIN",
            new StringReader(rows.toString()));
  }

  /** Stops after each writer's transaction. */
  @Override
  public void close() {
    stopped = true;
    for (Thread writer : writers) {
      try {
        writer.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  static void run(Connection connection, String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.execute();
    }
  }
}
