package app.goalgpt.connectors.housekeeping;

import app.goalgpt.connectors.run.RunStoppedException;
import app.goalgpt.messages.AppTables;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Takes the old rows out of one table. One scan finds their ids, whatever indexes there are, and
 * keeps them in a cursor of the session; then each batch is a transaction of its own, which looks
 * at its rows again and passes over those that somebody else has locked.
 */
final class TableCleanup {
  /** What is passed over is tried again so often; what is left then, the next run takes. */
  private static final int PASSES = 3;

  private final String find;
  private final String fetch;
  private final Removal removal;
  private final Duration pause;

  private record Pass(long found, long removed) {
    boolean isWorthAnother() {
      return removed > 0 && removed < found;
    }
  }

  private record Batch(int size, Array ids) {}

  TableCleanup(AppTables tables, Retention retention, Removal removal, int batch, Duration pause) {
    this.find =
        tables.sql(
            "/* housekeeping.find */ DECLARE old_rows NO SCROLL CURSOR WITH HOLD FOR SELECT {$.id} FROM {$} WHERE %s"
                .formatted(retention.condition())
                .replace("$", retention.table().specName()));
    this.fetch = "/* housekeeping.fetch */ FETCH %d FROM old_rows".formatted(batch);
    this.removal = removal;
    this.pause = pause;
  }

  /**
   * Removes what is old.
   *
   * @param connection of this call alone, in autocommit; to be closed after an exception
   * @param cutoff the instant from which on rows stay
   * @param onRemoved told how many rows went, after each batch was committed
   * @return how many were passed over: locked by somebody, or changed in the meantime
   * @throws IllegalStateException when the rows cannot be removed, saying what somebody has to do
   */
  long run(Connection connection, OffsetDateTime cutoff, LongConsumer onRemoved)
      throws SQLException {
    removal.check(connection);
    connection.setAutoCommit(false);
    Pass pass = pass(connection, cutoff, onRemoved);
    for (int i = 1; i < PASSES && pass.isWorthAnother(); i++) {
      pass = pass(connection, cutoff, onRemoved);
    }
    connection.setAutoCommit(true);
    return pass.found() - pass.removed();
  }

  private Pass pass(Connection connection, OffsetDateTime cutoff, LongConsumer onRemoved)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(find)) {
      statement.setObject(1, cutoff);
      statement.execute();
    }
    connection.commit();
    long found = 0;
    long removed = 0;
    for (Batch batch = fetch(connection); batch.size() > 0; batch = fetch(connection)) {
      long gone = removal.remove(connection, batch.ids(), cutoff);
      connection.commit();
      found += batch.size();
      removed += gone;
      onRemoved.accept(gone);
      rest();
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("CLOSE old_rows");
    }
    connection.commit();
    return new Pass(found, removed);
  }

  private Batch fetch(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(fetch)) {
      List<Object> ids = new ArrayList<>();
      while (row.next()) {
        ids.add(row.getObject(1));
      }
      String type = row.getMetaData().getColumnTypeName(1);
      return new Batch(ids.size(), connection.createArrayOf(type, ids.toArray()));
    }
  }

  private void rest() {
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RunStoppedException();
    }
  }
}
