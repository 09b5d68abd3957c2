-- A success in the log counts as well: the shares of long ago are forgotten. An attempt that did not end is gone on with: the
-- run began when that did.
SELECT coalesce(s.sequence, -1),
       coalesce(s.state = 'DONE', false) OR coalesce(l.{job_execution_logs.status} = 'success', false),
       CASE WHEN s.state = 'RUNNING' THEN s.started_at END
FROM (SELECT ?::uuid AS id) r
LEFT JOIN {schema}.job_run_shares s ON s.run_id = r.id AND s.partition = 0
LEFT JOIN {job_execution_logs} l ON l.{job_execution_logs.id} = r.id
