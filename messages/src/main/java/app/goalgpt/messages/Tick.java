package app.goalgpt.messages;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.UUID;

/**
 * A job is due. One copy stands in every partition of {@link Topic#TICKS}, all written in one
 * transaction, so that it reaches every task.
 *
 * @param job its {@link Job#specName}; a tick of a job that the reader does not know is set aside
 * @param plannedAt business time for which the job is due; what the job computes, it computes as of
 *     this instant
 * @param sentAt when the tick was sent, by the clock of the machine; differs from {@code plannedAt}
 *     by the bridge's delay, or by any length where the business clock is driven
 */
public record Tick(String job, Instant plannedAt, Instant sentAt) {

  /** The id of the job run that the tick causes: the same tick seen twice is one run. */
  @JsonIgnore
  public UUID runId() {
    return RewardId.run(job, plannedAt);
  }
}
