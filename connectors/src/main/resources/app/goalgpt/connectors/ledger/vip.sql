-- VIP time by reward: a customer's running reward subscription is moved on, or one begins. Run with the customers locked, so that
-- two ledgers do not both begin one. IS NOT DISTINCT FROM for settle.sql's reason.
WITH gift AS (
    SELECT g.customer_id, g.days,
           (SELECT s.{subscriptions.id} FROM {subscriptions} s
            WHERE s.{subscriptions.customer_user_id} = g.customer_id
              AND s.{subscriptions.platform} IS NOT DISTINCT FROM 'reward' AND s.{subscriptions.status} IS NOT DISTINCT FROM 'active'
              AND (s.{subscriptions.expired_at} IS NULL OR s.{subscriptions.expired_at} > now())
            ORDER BY s.{subscriptions.expired_at} DESC NULLS FIRST LIMIT 1) AS running
    FROM unnest(?::uuid[], ?::int[]) AS g (customer_id, days)
),
-- One without an end stays without an end.
extended AS (
    UPDATE {subscriptions} s
    SET {subscriptions.expired_at} = s.{subscriptions.expired_at} + make_interval(days => g.days),
        {subscriptions.updated_at} = now()
    FROM gift g
    WHERE s.{subscriptions.id} = ANY (ARRAY(SELECT running FROM gift)) AND s.{subscriptions.id} = g.running
)
INSERT INTO {subscriptions}
    ({subscriptions.id}, {subscriptions.customer_user_id}, {subscriptions.status}, {subscriptions.platform},
     {subscriptions.amount}, {subscriptions.started_at}, {subscriptions.expired_at},
     {subscriptions.created_at}, {subscriptions.updated_at})
SELECT gen_random_uuid(), customer_id, 'active', 'reward', 0, now(), now() + make_interval(days => days), now(), now()
FROM gift WHERE running IS NULL
