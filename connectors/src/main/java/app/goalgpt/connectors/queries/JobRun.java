package app.goalgpt.connectors.queries;

import java.time.Instant;
import java.util.UUID;

/**
 * A row of job_execution_logs.
 *
 * @param status running, success, failed
 * @param items null when the row has none
 * @param durationMs null while it runs
 * @param error null when there is none
 */
public record JobRun(
    UUID id,
    String job,
    Instant startedAt,
    Instant completedAt,
    String status,
    Long items,
    Long durationMs,
    String error) {}
