-- How each job's runs went: few rows of each, by the index on job_name and started_at.
SELECT j.job,
       coalesce(extract(epoch FROM max(r.started_at)), 0),
       coalesce(extract(epoch FROM max(r.completed_at) FILTER (WHERE r.status = 'success')), 0),
       (array_agg(r.duration_ms ORDER BY r.started_at DESC) FILTER (WHERE r.status = 'success'))[1] / 1000.0,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY r.duration_ms)
           FILTER (WHERE r.status = 'success' AND r.place > 1) / 1000.0,
       coalesce(extract(epoch FROM now() - min(r.started_at) FILTER (WHERE r.status = 'running')), 0),
       coalesce((array_agg(r.status ORDER BY r.started_at DESC) FILTER (WHERE r.status <> 'running'))[1] = 'failed', false)::int
FROM unnest(?::text[]) AS j (job)
LEFT JOIN LATERAL (
    SELECT l.{job_execution_logs.started_at} AS started_at, l.{job_execution_logs.completed_at} AS completed_at,
           l.{job_execution_logs.status} AS status, l.{job_execution_logs.duration_ms} AS duration_ms,
           row_number() OVER (ORDER BY l.{job_execution_logs.started_at} DESC) AS place
    FROM {job_execution_logs} l
    WHERE l.{job_execution_logs.job_name} = j.job
    ORDER BY l.{job_execution_logs.started_at} DESC
    LIMIT 30
) r ON true
GROUP BY j.job
