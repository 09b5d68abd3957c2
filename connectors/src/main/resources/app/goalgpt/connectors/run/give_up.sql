UPDATE {schema}.job_run_shares s
SET given_up_at = ?::timestamptz, patience = ?
FROM {schema}.job_runs r
WHERE r.run_id = s.run_id AND r.run_id = ANY (?::uuid[]) AND NOT r.ended AND r.given_up_at IS NULL
