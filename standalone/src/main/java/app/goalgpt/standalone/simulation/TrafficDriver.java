package app.goalgpt.standalone.simulation;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out {@link Traffic} against the app's database, each action in one transaction, at a
 * steady rate: when it falls behind it catches up. A database that is away is waited for, and the
 * action that was on its way is done again; its primary keys say whether it had arrived.
 */
public final class TrafficDriver {
  private static final Logger LOG = LoggerFactory.getLogger(TrafficDriver.class);
  private static final String UNIQUE_VIOLATION = "23505";
  private static final Duration PAUSE = Duration.ofMillis(200);
  private final DataSource database;
  private final Traffic traffic;
  private Connection connection;

  public TrafficDriver(DataSource database, Traffic traffic) {
    this.database = database;
    this.traffic = traffic;
  }

  /**
   * Goes on until told to stop, on the calling thread.
   *
   * @param perSecond actions a second
   * @param stopped asked before every action
   * @param done told of every action that was committed
   */
  public void run(double perSecond, BooleanSupplier stopped, Consumer<Action> done)
      throws InterruptedException {
    long start = System.nanoTime();
    try {
      for (long n = 0; !stopped.getAsBoolean(); n++) {
        long early = start + (long) (n * 1e9 / perSecond) - System.nanoTime();
        if (early > 0) {
          Thread.sleep(Duration.ofNanos(early).toMillis(), (int) (early % 1_000_000));
        }
        Action action = traffic.next();
        if (carryOut(action, stopped)) {
          done.accept(action);
        }
      }
    } finally {
      disconnect();
    }
  }

  /** Does the next so many actions, as fast as the database takes them. */
  public void run(int actions) throws InterruptedException {
    try {
      for (int n = 0; n < actions; n++) {
        carryOut(traffic.next(), () -> false);
      }
    } finally {
      disconnect();
    }
  }

  /** Whether the action was carried out: not when told to stop while the database is away. */
  private boolean carryOut(Action action, BooleanSupplier stopped) throws InterruptedException {
    for (boolean again = false; ; again = true) {
      try {
        transact(action);
        return true;
      } catch (SQLException e) {
        disconnect();
        if (again && UNIQUE_VIOLATION.equals(e.getSQLState())) {
          return true;
        }
        if (!isTransient(e)) {
          throw new IllegalStateException(
              "the app's traffic failed at %s: %s".formatted(action.kind(), e.getMessage()), e);
        }
        LOG.info("the app does {} again: {}", action.kind(), e.getMessage());
        if (stopped.getAsBoolean()) {
          return false;
        }
        Thread.sleep(PAUSE.toMillis());
      }
    }
  }

  private void transact(Action action) throws SQLException {
    if (connection == null) {
      connection = database.getConnection();
      connection.setAutoCommit(false);
    }
    for (Sql sql : action.statements()) {
      try (PreparedStatement statement = connection.prepareStatement(sql.text())) {
        for (int i = 0; i < sql.values().size(); i++) {
          statement.setObject(i + 1, sql.values().get(i));
        }
        statement.execute();
      }
    }
    connection.commit();
  }

  /** Connection lost (08), shut down or starting (57), serialization or deadlock (40). */
  private static boolean isTransient(SQLException e) {
    String state = e.getSQLState();
    return state != null
        && (state.startsWith("08") || state.startsWith("57") || state.startsWith("40"));
  }

  private void disconnect() {
    if (connection == null) {
      return;
    }
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.debug("closing a lost connection: {}", e.getMessage());
    }
    connection = null;
  }
}
