-- One row per run; who asks hears of the rows that changed, and what their status was before.
WITH before AS MATERIALIZED (
    SELECT {job_execution_logs.id} AS id, {job_execution_logs.status} AS status
    FROM {job_execution_logs} WHERE {job_execution_logs.id} = ANY (?::uuid[])
), written AS (
    INSERT INTO {job_execution_logs} AS l
        ({job_execution_logs.id}, {job_execution_logs.job_name}, {job_execution_logs.started_at},
         {job_execution_logs.completed_at}, {job_execution_logs.status}, {job_execution_logs.items_processed},
         {job_execution_logs.error_message}, {job_execution_logs.duration_ms}, {job_execution_logs.created_at})
    SELECT run_id, job, started_at, completed_at, status, least(items, 2147483647)::int, message,
           CASE WHEN completed_at IS NOT NULL THEN
               least(greatest(extract(epoch FROM completed_at - started_at) * 1000, 0), 2147483647)::int END,
           now()
    FROM {schema}.job_runs
    WHERE run_id = ANY (?::uuid[])
    ORDER BY run_id
    ON CONFLICT ({job_execution_logs.id}) DO UPDATE
    SET {job_execution_logs.job_name} = excluded.{job_execution_logs.job_name},
        {job_execution_logs.started_at} = excluded.{job_execution_logs.started_at},
        {job_execution_logs.completed_at} = excluded.{job_execution_logs.completed_at},
        {job_execution_logs.status} = excluded.{job_execution_logs.status},
        {job_execution_logs.items_processed} = excluded.{job_execution_logs.items_processed},
        {job_execution_logs.error_message} = excluded.{job_execution_logs.error_message},
        {job_execution_logs.duration_ms} = excluded.{job_execution_logs.duration_ms}
    WHERE (l.{job_execution_logs.job_name}, l.{job_execution_logs.started_at}, l.{job_execution_logs.completed_at},
           l.{job_execution_logs.status}, l.{job_execution_logs.items_processed}, l.{job_execution_logs.error_message})
          IS DISTINCT FROM
          (excluded.{job_execution_logs.job_name}, excluded.{job_execution_logs.started_at},
           excluded.{job_execution_logs.completed_at}, excluded.{job_execution_logs.status},
           excluded.{job_execution_logs.items_processed}, excluded.{job_execution_logs.error_message})
    RETURNING {job_execution_logs.id}, {job_execution_logs.job_name}, {job_execution_logs.status},
              {job_execution_logs.items_processed}, {job_execution_logs.error_message}, {job_execution_logs.duration_ms}
)
SELECT written.*, before.status
FROM written LEFT JOIN before ON before.id = written.{job_execution_logs.id}
