package app.goalgpt.messages;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * Public: what one partition's share of a job run has come to. Published when it starts, from time
 * to time, and when it ends; a later report of a partition replaces the earlier one ({@code
 * sequence}). The run is over when all partitions have ended. Keyed by the run.
 *
 * @param runId {@link Tick#runId}, or a campaign's id
 * @param job the job's {@link Job#specName}, or {@link #CAMPAIGN}
 * @param plannedAt the tick's; a campaign's scheduled_at
 * @param partition which share of the run, 0 to {@code partitions - 1}
 * @param partitions how many shares the run has: 1 for a job that one process works off
 * @param sequence rises with each report of this partition on this run
 * @param items what was done so far: customers told, rows moved, partners rolled up
 * @param succeeded of a campaign's items, those of whom FCM accepted a push on some device
 * @param failed of a campaign's items, those of whom it accepted none
 * @param error why it failed, null otherwise
 * @param startedAt when this share was begun, by the clock of the machine
 * @param reportedAt when this was written, by the same clock
 * @param variants of a campaign that tries two texts, what came of each, by their names {@code A}
 *     and {@code B}; together they are the counts above. Null otherwise
 */
public record RunProgress(
    UUID runId,
    String job,
    Instant plannedAt,
    int partition,
    int partitions,
    long sequence,
    State state,
    long items,
    long succeeded,
    long failed,
    String error,
    Instant startedAt,
    Instant reportedAt,
    Map<String, Counts> variants) {
  public static final int SCHEMA_VERSION = 1;

  /** What a campaign's runs are called; their ids are the campaigns'. */
  public static final String CAMPAIGN = "campaign";

  /** A report of a run that does not try texts. */
  public RunProgress(
      UUID runId,
      String job,
      Instant plannedAt,
      int partition,
      int partitions,
      long sequence,
      State state,
      long items,
      long succeeded,
      long failed,
      String error,
      Instant startedAt,
      Instant reportedAt) {
    this(
        runId,
        job,
        plannedAt,
        partition,
        partitions,
        sequence,
        state,
        items,
        succeeded,
        failed,
        error,
        startedAt,
        reportedAt,
        null);
  }

  /** {@value #SCHEMA_VERSION}; raised when a field changes its meaning or goes. */
  @JsonProperty(value = "schemaVersion", access = JsonProperty.Access.READ_ONLY)
  public int schemaVersion() {
    return SCHEMA_VERSION;
  }

  /**
   * What came of one of a campaign's texts.
   *
   * @param items customers who were told it
   * @param succeeded of them, those of whom FCM accepted the push on some device
   * @param failed of them, those of whom it accepted none
   */
  public record Counts(long items, long succeeded, long failed) {}

  public enum State {
    RUNNING,
    /** All pushes of this share are made; a campaign waits for their deliveries. */
    SENT,
    DONE,
    FAILED,
    /** A campaign that was cancelled while it was being sent. */
    CANCELLED
  }
}
