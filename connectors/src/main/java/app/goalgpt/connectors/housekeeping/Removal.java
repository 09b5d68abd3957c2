package app.goalgpt.connectors.housekeeping;

import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.OffsetDateTime;

/** How the rows of one batch leave their table, in the transaction of the caller. */
interface Removal {
  /**
   * Looks whether it can be done, before anything is.
   *
   * @throws IllegalStateException when it cannot, saying what somebody has to do
   */
  void check(Connection connection) throws SQLException;

  /**
   * Removes those rows that are still there, still old and locked by nobody.
   *
   * @param ids of the rows
   * @param cutoff the instant from which on rows stay
   * @return how many were removed
   */
  long remove(Connection connection, Array ids, OffsetDateTime cutoff) throws SQLException;

  /** What became of the rows and what there is now, to follow "1234 rows". */
  String report(Connection connection) throws SQLException;
}
