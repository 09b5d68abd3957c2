package app.goalgpt.connectors.queries;

import java.time.Instant;

/**
 * What a partition's share of a run has come to, as it last reported.
 *
 * @param partitions shares that the run has
 * @param state RUNNING, SENT, DONE, FAILED, CANCELLED
 * @param error null when there is none
 */
public record RunShare(
    int partition,
    int partitions,
    String state,
    long items,
    long succeeded,
    long failed,
    String error,
    Instant startedAt,
    Instant reportedAt) {}
