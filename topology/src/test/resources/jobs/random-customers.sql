-- 5,000 customers around the business day of test.at in test.zone, with dates at its edges. random() is seeded by the caller.
TRUNCATE customer_users, badges CASCADE;

CREATE OR REPLACE FUNCTION pg_temp.today() RETURNS date LANGUAGE sql AS
$$ SELECT (current_setting('test.at')::timestamptz AT TIME ZONE current_setting('test.zone'))::date $$;

-- The beginning of a day in the business zone.
CREATE OR REPLACE FUNCTION pg_temp.midnight(day date) RETURNS timestamptz LANGUAGE sql AS
$$ SELECT day::timestamp AT TIME ZONE current_setting('test.zone') $$;

CREATE OR REPLACE FUNCTION pg_temp.one_of(choices text[]) RETURNS text LANGUAGE sql VOLATILE AS
$$ SELECT choices[1 + floor(random() * array_length(choices, 1))::int] $$;

-- Some time of that day, more often in its evening.
CREATE OR REPLACE FUNCTION pg_temp.some_hour(day date) RETURNS timestamptz LANGUAGE sql VOLATILE AS
$$ SELECT pg_temp.midnight(day) + greatest(random(), random() * 0.9) * interval '24 hours' $$;

INSERT INTO customer_users (locale_preference, is_push_allowed_mobile, deleted_at)
SELECT pg_temp.one_of('{tr,tr,en,en-US,EN_gb,de,eng}'),
       pg_temp.one_of('{true,true,true,true,false,NULL}')::boolean,
       CASE WHEN random() < 0.1 THEN now() END
FROM generate_series(1, 5000);

INSERT INTO customer_push_tokens (customer_user_id, fcm_token, platform, is_active)
SELECT id, 'token-' || gen_random_uuid(), pg_temp.one_of('{ios,android,web}'), random() < 0.8
FROM customer_users, generate_series(1, 2) WHERE random() < 0.7;

INSERT INTO customer_xp (customer_user_id, xp_points, total_earned, level, current_streak_days, last_activity_date)
SELECT id, points, points, pg_temp.one_of('{bronze,silver,gold,platinum,diamond,vip_elite}'), floor(random() * 7)::int,
       CASE WHEN random() < 0.9 THEN pg_temp.today() + 1 - floor(random() * 5)::int END
FROM (SELECT id, floor(random() * 30000)::int AS points FROM customer_users WHERE random() < 0.8) u;

INSERT INTO customer_credits (customer_user_id, balance, lifetime_earned)
SELECT id, floor(random() * 100)::int, 100 FROM customer_users WHERE random() < 0.8;

INSERT INTO customer_daily_rewards (customer_user_id, reward_date, day_number, reward_type, claimed_at)
SELECT id, pg_temp.today() + 1 - back, 1 + floor(random() * 7)::int, 'credits', pg_temp.some_hour(pg_temp.today() + 1 - back)
FROM (SELECT id, back, eager, random() AS luck
      FROM (SELECT id, random() AS eager FROM customer_users OFFSET 0) u, generate_series(0, 13) back OFFSET 0) d
WHERE luck < eager * 0.6;

INSERT INTO subscriptions (customer_user_id, status, platform, expired_at)
SELECT id, pg_temp.one_of('{active,active,active,expired,cancelled}'), 'ios',
       CASE floor(random() * 5)
         WHEN 0 THEN NULL
         WHEN 1 THEN pg_temp.midnight(day)
         WHEN 2 THEN pg_temp.midnight(day) - interval '1 microsecond'
         ELSE date_trunc('second', pg_temp.midnight(day) + random() * interval '1 day')
       END
FROM (SELECT id, pg_temp.today() + floor(random() * 7)::int - 1 AS day FROM customer_users, generate_series(1, 2)
      WHERE random() < 0.5) s;

INSERT INTO match_comments (customer_user_id, match_id, content, status, deleted_at, created_at)
SELECT id, 'm', 'content', pg_temp.one_of('{active,active,active,hidden}'), CASE WHEN random() < 0.1 THEN now() END,
       pg_temp.some_hour(pg_temp.today() - floor(random() * 9)::int)
FROM customer_users, generate_series(1, 5) WHERE random() < 0.5;

-- Some have more days than are kept, told in no order.
INSERT INTO match_comments (customer_user_id, match_id, content, created_at)
SELECT id, 'm', 'content', pg_temp.some_hour(pg_temp.today() - floor(random() * 70)::int)
FROM (SELECT id FROM customer_users ORDER BY id LIMIT 300) u, generate_series(1, 70) ORDER BY random();

INSERT INTO customer_oauth_identities (customer_user_id, provider, last_login_at)
SELECT id, 'google', CASE WHEN random() < 0.8 THEN pg_temp.some_hour(pg_temp.today() - floor(random() * 40)::int) END
FROM customer_users WHERE random() < 0.6;

INSERT INTO referrals (referrer_user_id, referred_user_id, referral_code)
SELECT referrer, referred, 'code'
FROM (SELECT id AS referred, (array_agg(id) OVER ())[1 + floor(random() * 5000)::int] AS referrer FROM customer_users) r
WHERE referrer <> referred AND random() < 0.7;

INSERT INTO badges (slug, name_tr, name_en, unlock_condition)
SELECT 'b' || n, 'b', 'b', '{"type": "manual"}' FROM generate_series(1, 5) n;
INSERT INTO customer_badges (customer_user_id, badge_id)
SELECT u.id, b.id FROM customer_users u, badges b WHERE random() < 0.3;

-- Whom a push reaches, with all that a filter may ask.
DROP TABLE IF EXISTS segments;
CREATE TABLE segments AS
SELECT u.id,
       array_position('{bronze,silver,gold,platinum,diamond,vip_elite}'::text[], coalesce(x.level, 'bronze')::text) - 1 AS xp_level,
       coalesce(x.xp_points, 0) AS xp_points,
       coalesce(x.current_streak_days, 0) AS current_streak_days,
       (SELECT count(*) FROM referrals r WHERE r.referrer_user_id = u.id) AS referral_count,
       (SELECT count(*) FROM match_comments c
        WHERE c.customer_user_id = u.id AND c.status = 'active' AND c.deleted_at IS NULL) AS comment_count,
       (SELECT count(*) FROM customer_badges b WHERE b.customer_user_id = u.id) AS badge_count,
       coalesce(c.balance, 0) AS credits_balance,
       EXISTS (SELECT FROM subscriptions s WHERE s.customer_user_id = u.id AND s.status = 'active'
               AND (s.expired_at IS NULL OR s.expired_at > current_setting('test.at')::timestamptz)) AS is_vip,
       u.locale_preference AS locale,
       pg_temp.today() - x.last_activity_date AS days_since_activity,
       u.locale_preference ~* '^en($|[-_])' AS english
FROM customer_users u
LEFT JOIN customer_xp x ON x.customer_user_id = u.id
LEFT JOIN customer_credits c ON c.customer_user_id = u.id
WHERE u.deleted_at IS NULL
  AND u.is_push_allowed_mobile IS NOT FALSE
  AND EXISTS (SELECT FROM customer_push_tokens t WHERE t.customer_user_id = u.id AND t.is_active);
