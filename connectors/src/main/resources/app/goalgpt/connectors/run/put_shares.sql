INSERT INTO {schema}.job_run_shares AS s
    (run_id, job, planned_at, partition, partitions, sequence, state, items, succeeded, failed, error, started_at, reported_at,
     variants)
SELECT DISTINCT ON (run_id, partition) *
FROM unnest(?::uuid[], ?::text[], ?::timestamptz[], ?::int[], ?::int[], ?::bigint[], ?::text[], ?::bigint[], ?::bigint[],
            ?::bigint[], ?::text[], ?::timestamptz[], ?::timestamptz[], ?::jsonb[])
     AS r (run_id, job, planned_at, partition, partitions, sequence, state, items, succeeded, failed, error, started_at,
           reported_at, variants)
ORDER BY run_id, partition, sequence DESC
ON CONFLICT (run_id, partition) DO UPDATE
SET job = excluded.job, planned_at = excluded.planned_at, partitions = excluded.partitions, sequence = excluded.sequence,
    state = excluded.state, items = excluded.items, succeeded = excluded.succeeded, failed = excluded.failed,
    error = excluded.error, started_at = excluded.started_at, reported_at = excluded.reported_at,
    variants = excluded.variants
WHERE excluded.sequence > s.sequence
