package app.goalgpt.connectors.run;

import java.util.UUID;

/**
 * A row of job_execution_logs that was written.
 *
 * @param before the status that it had, null when it is new
 * @param error null when there is nothing to say
 * @param durationMs null while it runs
 */
record RunChange(
    UUID runId,
    String job,
    String status,
    int items,
    String error,
    Integer durationMs,
    String before) {
  /** Whether the run has come to another status. */
  boolean isTurn() {
    return !status.equals(before);
  }
}
