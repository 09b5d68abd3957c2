DELETE FROM {schema}.job_run_shares WHERE reported_at < ?::timestamptz
