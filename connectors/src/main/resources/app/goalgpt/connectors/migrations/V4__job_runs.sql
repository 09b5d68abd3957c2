-- What each share of a job run has come to (one row per run and partition), and from that what the run has come to.
CREATE TABLE "${schema}".job_run_shares (
    run_id       uuid NOT NULL,              -- a tick's run; a campaign's id
    partition    int NOT NULL,
    partitions   int NOT NULL,               -- shares that the run has
    job          varchar(100) NOT NULL,
    planned_at   timestamptz NOT NULL,
    sequence     bigint NOT NULL,            -- of the newest report: it is the one that counts
    state        text NOT NULL CHECK (state IN ('RUNNING', 'SENT', 'DONE', 'FAILED', 'CANCELLED')),
    items        bigint NOT NULL,
    succeeded    bigint NOT NULL,
    failed       bigint NOT NULL,
    error        text,
    started_at   timestamptz NOT NULL,
    reported_at  timestamptz NOT NULL,
    given_up_at  timestamptz,                -- when the run was closed because nothing was heard of it any more
    patience     text,                       -- … for how long
    PRIMARY KEY (run_id, partition)
);
CREATE INDEX ON "${schema}".job_run_shares (reported_at);

-- A run is over when all of its shares are. Nothing is remembered of how it came there, but that it was given up in
-- between: so reports may come late, twice and in any order.
CREATE VIEW "${schema}".job_runs AS
WITH run AS (
    SELECT run_id,
           max(job) AS job,
           max(planned_at) AS planned_at,
           max(partitions) AS partitions,
           min(started_at) AS started_at,
           max(reported_at) AS reported_at,
           sum(sequence) AS heard,
           max(given_up_at) AS given_up_at,
           max(patience) AS patience,
           count(*) FILTER (WHERE state IN ('DONE', 'FAILED', 'CANCELLED')) >= max(partitions) AS ended,
           bool_or(state = 'FAILED') AS any_failed,
           bool_or(state = 'CANCELLED') AS any_cancelled,
           sum(items) AS items,
           sum(succeeded) AS succeeded,
           sum(failed) AS failed
    FROM "${schema}".job_run_shares
    GROUP BY run_id
)
SELECT run_id,
       job,
       planned_at,
       partitions,
       started_at,
       heard,
       given_up_at,
       ended,
       ended AND any_cancelled AS cancelled,
       items,
       succeeded,
       failed,
       CASE WHEN ended AND any_failed THEN 'failed'
            WHEN ended THEN 'success'
            WHEN given_up_at IS NOT NULL THEN 'failed'
            ELSE 'running' END AS status,
       CASE WHEN ended THEN reported_at ELSE given_up_at END AS completed_at,
       nullif(concat_ws('; ',
           CASE WHEN any_failed THEN (
               SELECT left(string_agg(CASE WHEN s.partitions = 1 THEN s.error
                                           ELSE format('partition %s: %s', s.partition, s.error) END,
                                      '; ' ORDER BY s.partition), 4000)
               FROM "${schema}".job_run_shares s WHERE s.run_id = run.run_id AND s.state = 'FAILED') END,
           CASE WHEN NOT ended AND given_up_at IS NOT NULL THEN (
               SELECT format('no report for %s; not ended: ', run.patience) || left(string_agg(
                   CASE WHEN s.run_id IS NULL THEN format('partition %s (no report ever)', p)
                        ELSE format('partition %s (%s items, last report %s)', p, s.items,
                                    to_char(s.reported_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) END,
                   ', ' ORDER BY p), 4000)
               FROM generate_series(0, run.partitions - 1) p
               LEFT JOIN "${schema}".job_run_shares s ON s.run_id = run.run_id AND s.partition = p
               WHERE s.run_id IS NULL OR s.state NOT IN ('DONE', 'FAILED', 'CANCELLED')) END,
           CASE WHEN ended AND given_up_at IS NOT NULL THEN
               format('late: given up at %s after %s without a report, ended at %s',
                      to_char(given_up_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), patience,
                      to_char(reported_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) END,
           CASE WHEN ended AND any_cancelled THEN 'cancelled' END), '') AS message
FROM run;

-- The app's table, where the app has none yet.
DO $$
BEGIN
    IF to_regclass('"${schema}"."${job_execution_logs}"') IS NULL THEN
        CREATE TABLE "${schema}"."${job_execution_logs}" (
            id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
            job_name         varchar(100) NOT NULL,
            started_at       timestamptz NOT NULL,
            completed_at     timestamptz,
            status           varchar(20) NOT NULL CHECK (status IN ('running', 'success', 'failed')),
            items_processed  int DEFAULT 0,
            error_message    text,
            duration_ms      int,
            created_at       timestamptz DEFAULT now()
        );
        CREATE INDEX idx_job_logs_name ON "${schema}"."${job_execution_logs}" (job_name, started_at DESC);
        CREATE INDEX idx_job_logs_status ON "${schema}"."${job_execution_logs}" (status, started_at DESC);
    END IF;
END
$$;
