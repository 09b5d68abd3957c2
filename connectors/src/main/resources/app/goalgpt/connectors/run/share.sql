-- A success in the log counts as well: the shares of long ago are forgotten.
SELECT coalesce(s.sequence, 0),
       coalesce(s.state = 'DONE', false) OR coalesce(l.{job_execution_logs.status} = 'success', false)
FROM (SELECT ?::uuid AS id) r
LEFT JOIN {schema}.job_run_shares s ON s.run_id = r.id AND s.partition = 0
LEFT JOIN {job_execution_logs} l ON l.{job_execution_logs.id} = r.id
