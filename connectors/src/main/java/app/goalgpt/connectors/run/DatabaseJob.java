package app.goalgpt.connectors.run;

import app.goalgpt.messages.Tick;
import java.sql.SQLException;

/**
 * The work of a job that is done in the database: what {@link JobRunner} does when a tick of it
 * comes. One runs at a time, on a thread of its own, for as long as it takes.
 *
 * <p>A run may be begun again from the start after any part of it was done: the process was killed,
 * or the database went away in the middle. So the work is done in transactions of its own, each
 * whole in itself, and finds out from the tables what is left. What it computes it computes as of
 * {@link Tick#plannedAt}, never of the wall clock.
 */
public interface DatabaseJob {
  /**
   * Does the work.
   *
   * @param tick why it runs
   * @param progress told how far it is, and asked by that whether to go on
   * @return items processed in all, as {@code job_execution_logs.items_processed} has them
   * @throws SQLException what the database said. Trouble that passes (connection, lock, shutdown)
   *     is waited out and the work begun again; anything else fails the run with that message
   * @throws IllegalStateException when the run has failed for a reason of its own, which the
   *     message says in one line
   */
  long run(Tick tick, Progress progress) throws SQLException;
}
