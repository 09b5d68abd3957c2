-- The texts of campaigns that try two, from all shares.
INSERT INTO {schema}.campaign_variants AS v (campaign_id, variant, recipient_count, success_count, failure_count)
SELECT s.run_id, text.key, sum((text.value ->> 'items')::bigint), sum((text.value ->> 'succeeded')::bigint),
       sum((text.value ->> 'failed')::bigint)
FROM {schema}.job_run_shares s, jsonb_each(s.variants) AS text
WHERE s.run_id = ANY (?::uuid[]) AND s.variants IS NOT NULL
GROUP BY s.run_id, text.key
ORDER BY s.run_id, text.key
ON CONFLICT (campaign_id, variant) DO UPDATE
SET recipient_count = excluded.recipient_count, success_count = excluded.success_count, failure_count = excluded.failure_count
WHERE (v.recipient_count, v.success_count, v.failure_count)
      IS DISTINCT FROM (excluded.recipient_count, excluded.success_count, excluded.failure_count)
