-- When each customer is told within test.within hours from test.start, minute by minute and day by day.
WITH minute AS (
    SELECT greatest(at, current_setting('test.start')::timestamptz) AS at, extract(hour FROM at AT TIME ZONE current_setting('test.zone'))::int AS hour
    FROM generate_series(date_trunc('minute', current_setting('test.start')::timestamptz),
                         (current_setting('test.start')::timestamptz AT TIME ZONE current_setting('test.zone')
                          + make_interval(hours => current_setting('test.within')::int)) AT TIME ZONE current_setting('test.zone')
                         - interval '1 microsecond', interval '1 minute') AS at
), hours AS (
    SELECT hour, min(at) AS begins FROM minute GROUP BY hour
), activity AS (
    SELECT customer_user_id AS id, created_at AS at FROM match_comments
    UNION ALL SELECT customer_user_id, claimed_at FROM customer_daily_rewards
    UNION ALL SELECT customer_user_id, last_login_at FROM customer_oauth_identities WHERE last_login_at IS NOT NULL
), active AS (
    SELECT DISTINCT id, (at AT TIME ZONE current_setting('test.zone'))::date AS day,
           extract(hour FROM at AT TIME ZONE current_setting('test.zone'))::int AS hour
    FROM activity
), newest AS (
    SELECT *, dense_rank() OVER (PARTITION BY id ORDER BY day DESC) AS back FROM active
), best AS (
    SELECT DISTINCT ON (n.id) n.id, h.begins
    FROM newest n JOIN hours h USING (hour)
    WHERE n.back <= 28
    GROUP BY n.id, n.hour, h.begins
    ORDER BY n.id, count(*) DESC, max(n.day) DESC, n.hour
)
SELECT s.id || ' ' || to_char(coalesce(b.begins, current_setting('test.start')::timestamptz) AT TIME ZONE 'UTC',
                              'YYYY-MM-DD"T"HH24:MI:SS"Z"')
FROM segments s LEFT JOIN best b USING (id)
