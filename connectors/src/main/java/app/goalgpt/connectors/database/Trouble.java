package app.goalgpt.connectors.database;

import java.sql.SQLException;
import java.util.Set;

/**
 * What an error of the database means: something to wait out, or a record that cannot be settled.
 */
public final class Trouble {
  /**
   * SQLSTATE classes that speak of the values: cardinality, data, integrity, a view's check,
   * limits, an exception that a trigger of the app raised.
   */
  private static final Set<String> ABOUT_THE_RECORD = Set.of("21", "22", "23", "44", "54", "P0");

  /** SQLSTATE classes: connection, rollback, resources, object in use, operator, system. */
  private static final Set<String> PASSES = Set.of("08", "40", "53", "55", "57", "58");

  /** No decision is missing a value: the app's table has got a column that nobody filled. */
  private static final String NOT_NULL_VIOLATION = "23502";

  /** lock_timeout passed. */
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private Trouble() {}

  /**
   * Whether the record is to blame. Everything else (connection, deadlock, shutdown, a full disk, a
   * lock, a missing table or privilege) says nothing about the record: it is waited out.
   */
  public static boolean isAboutTheRecord(SQLException e) {
    String state = e.getSQLState();
    return state != null
        && state.length() == 5
        && ABOUT_THE_RECORD.contains(state.substring(0, 2))
        && !state.equals(NOT_NULL_VIOLATION);
  }

  /** Whether somebody else kept a row locked for longer than the session waits. */
  public static boolean isALock(SQLException e) {
    return LOCK_NOT_AVAILABLE.equals(e.getSQLState());
  }

  /**
   * Whether it passes by itself: the connection, a deadlock, a lock, resources, a shutdown. For
   * work that is not about one record, and that fails with a message rather than wait for a table.
   */
  public static boolean passes(SQLException e) {
    String state = e.getSQLState();
    return state == null || state.length() < 2 || PASSES.contains(state.substring(0, 2));
  }

  /** The error, and what caused it, in one line. */
  public static String line(Throwable e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    String line = message.strip().replaceAll("\\s*\\R\\s*", "; ");
    Throwable cause = e.getCause();
    if (cause == null || cause.getMessage() == null || line.contains(cause.getMessage().strip())) {
      return line;
    }
    return line + ": " + line(cause);
  }
}
