-- A run's shares are put together by one transaction at a time: two that each saw the other's share open would leave it open.
SELECT pg_advisory_xact_lock(key)
FROM (SELECT DISTINCT hashtextextended(id::text, 4) AS key FROM unnest(?::uuid[]) AS id ORDER BY key OFFSET 0) AS run
