-- Runs that have not ended and were not given up, and a number that changes with every report.
SELECT r.run_id, r.heard
FROM {job_execution_logs} l
JOIN {schema}.job_runs r ON r.run_id = l.{job_execution_logs.id}
WHERE l.{job_execution_logs.status} = 'running' AND NOT r.ended AND r.given_up_at IS NULL
