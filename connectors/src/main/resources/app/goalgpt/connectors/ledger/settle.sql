-- Settles a batch of decisions as if one after the other, in one statement: one round trip, whether one or a thousand.
-- It needs a batch in which a reward, and a referral, comes once (Settlement sees to that).
--
-- Rows are locked in one order wherever it runs (referrals, customer_badges, customer_xp, customer_credits, each by id; vip.sql's and
-- unlocks.sql's after them), so that ledgers do not wait for each other in a ring. Lookups are laterals and scalar subqueries on purpose: whatever the
-- statistics say, each is one descent of an index (see Settlement.prepareSession). Where an index leads to thousands of rows that only look few to who
-- plans on a young table (a badge's holders, everything that is active), its column is compared by IS NOT DISTINCT FROM, which no index serves.
WITH
-- What a level asks for, in points, where the next one begins, and what reaching it pays, in credits.
levels (place, name, threshold, next, credits) AS (
    VALUES (0, 'bronze', 0, 500, 0), (1, 'silver', 500, 2000, 25), (2, 'gold', 2000, 5000, 50),
           (3, 'platinum', 5000, 10000, 100), (4, 'diamond', 10000, 25000, 250), (5, 'vip_elite', 25000, NULL, 500)
),
-- What reaching a referral tier pays.
tiers (tier, xp, credits, referred_credits) AS (
    VALUES (2, 0, 50, 10), (3, 500, 200, 0)
),
-- A decision is a claim: one row each, with what the tables say to it. A refusal of null is a claim that holds so far.
claim AS MATERIALIZED (
    SELECT d.*,
           b.slug, b.name_tr, b.name_en, b.icon_url,
           CASE WHEN d.tier IS NULL THEN coalesce(b.reward_xp, 0)
                WHEN earner.lives THEN t.xp ELSE 0 END AS xp,
           CASE WHEN d.tier IS NULL THEN coalesce(b.reward_credits, 0)
                WHEN earner.lives THEN t.credits ELSE 0 END AS credits,
           CASE WHEN referred.lives THEN t.referred_credits ELSE 0 END AS referred_credits,
           CASE WHEN d.tier IS NULL THEN coalesce(b.reward_vip_days, 0) ELSE 0 END AS vip_days,
           CASE
               WHEN (SELECT true FROM {reward_ledger} l WHERE l.id = d.reward_id) THEN 'already_settled'
               WHEN d.tier IS NULL THEN CASE
                   WHEN b.lives IS NOT TRUE THEN 'badge_gone'
                   WHEN b.is_active IS NOT TRUE THEN 'badge_inactive'
                   WHEN least(b.reward_xp, b.reward_credits, b.reward_vip_days) < 0 THEN 'senseless_reward'
                   WHEN b.unlock_condition IS DISTINCT FROM d.condition::jsonb THEN 'condition_changed'
                   WHEN earner.lives IS NOT TRUE THEN 'customer_gone'
                   WHEN (SELECT true FROM {customer_badges} o
                         WHERE o.{customer_badges.customer_user_id} = d.customer_id
                           AND o.{customer_badges.badge_id} IS NOT DISTINCT FROM d.badge_id) THEN 'already_unlocked'
                   -- Does the condition hold now, by what is committed? What decided saw the rows one by one. Only the branch that
                   -- is asked for runs.
                   WHEN CASE b.unlock_condition ->> 'type'
                       WHEN 'referrals' THEN
                           (SELECT count(*) FROM {referrals} f
                            WHERE f.{referrals.referrer_user_id} = d.customer_id
                              AND f.{referrals.tier} >= coalesce((b.unlock_condition ->> 'min_tier')::numeric, 1))
                           >= (b.unlock_condition ->> 'count')::numeric
                       WHEN 'predictions' THEN CASE
                           WHEN b.unlock_condition ->> 'correct_count' IS NOT NULL THEN
                               (SELECT count(*) FROM {ts_prediction_mapped} p
                                WHERE p.{ts_prediction_mapped.purchased_by_user_id} = d.customer_id
                                  AND p.{ts_prediction_mapped.result} = 'won')
                               >= (b.unlock_condition ->> 'correct_count')::numeric
                           ELSE
                               (SELECT count(*) >= (b.unlock_condition ->> 'min_count')::numeric
                                       AND 100 * count(*) FILTER (WHERE p.{ts_prediction_mapped.result} = 'won')
                                           >= (b.unlock_condition ->> 'accuracy')::numeric * count(*)
                                FROM {ts_prediction_mapped} p
                                WHERE p.{ts_prediction_mapped.purchased_by_user_id} = d.customer_id
                                  AND p.{ts_prediction_mapped.result} IN ('won', 'lost'))
                           END
                       WHEN 'comments' THEN
                           (SELECT CASE WHEN b.unlock_condition ->> 'like_count' IS NULL
                                        THEN count(*) >= (b.unlock_condition ->> 'count')::numeric
                                        ELSE sum(m.{match_comments.like_count}) >= (b.unlock_condition ->> 'like_count')::numeric END
                            FROM {match_comments} m
                            WHERE m.{match_comments.customer_user_id} = d.customer_id
                              AND m.{match_comments.status} = 'active' AND m.{match_comments.deleted_at} IS NULL)
                       WHEN 'login_streak' THEN
                           (SELECT x.{customer_xp.current_streak_days} FROM {customer_xp} x
                            WHERE x.{customer_xp.customer_user_id} = d.customer_id)
                           >= (b.unlock_condition ->> 'days')::numeric
                       WHEN 'xp_level' THEN
                           (SELECT (SELECT l.place FROM levels l WHERE l.name = x.{customer_xp.level}) FROM {customer_xp} x
                            WHERE x.{customer_xp.customer_user_id} = d.customer_id)
                           >= (SELECT l.place FROM levels l WHERE l.name = b.unlock_condition ->> 'level')
                       WHEN 'credits_earned' THEN
                           (SELECT w.{customer_credits.lifetime_earned} FROM {customer_credits} w
                            WHERE w.{customer_credits.customer_user_id} = d.customer_id)
                           >= (b.unlock_condition ->> 'amount')::numeric
                   END IS NOT TRUE THEN 'condition_not_met'
               END
               WHEN r.found IS NULL THEN 'referral_gone'
               WHEN r.parties IS NOT TRUE THEN 'referral_changed'
               WHEN r.tier IS DISTINCT FROM d.tier - 1 THEN 'tier_moved_on'
               WHEN r.qualifies IS NOT TRUE THEN 'status_not_qualifying'
               WHEN earner.lives IS NOT TRUE AND referred.lives IS NOT TRUE THEN 'customer_gone'
               WHEN CASE d.tier
                   -- A login in time may have been followed by a later one, which took its place in the row: what was
                   -- decided on a row that was committed in time stands.
                   WHEN 2 THEN
                       (SELECT true FROM {customer_oauth_identities} i
                        WHERE i.{customer_oauth_identities.customer_user_id} = d.referred_id
                          AND i.{customer_oauth_identities.deleted_at} IS NULL
                          AND i.{customer_oauth_identities.last_login_at} IS NOT NULL
                          AND least(i.{customer_oauth_identities.last_login_at}, d.cause_committed_at)
                              <= coalesce(r.expires_at, 'infinity') LIMIT 1)
                   WHEN 3 THEN
                       (SELECT true FROM {subscriptions} s
                        WHERE s.{subscriptions.customer_user_id} = d.referred_id
                          AND s.{subscriptions.status} IS NOT DISTINCT FROM 'active'
                          AND (s.{subscriptions.expired_at} IS NULL OR s.{subscriptions.expired_at} > now()) LIMIT 1)
               END IS NOT TRUE THEN 'condition_not_met'
           END AS refusal
    FROM unnest(?::uuid[], ?::uuid[], ?::uuid[], ?::text[], ?::text[], ?::uuid[], ?::int[], ?::uuid[],
                ?::text[], ?::text[], ?::bigint[], ?::timestamptz[], ?::timestamptz[])
        WITH ORDINALITY AS d (reward_id, customer_id, badge_id, condition, value, referral_id, tier, referred_id,
                              cause_table, cause_row_id, cause_lsn, cause_committed_at, decided_at, n)
    LEFT JOIN tiers t ON t.tier = d.tier
    LEFT JOIN LATERAL (
        SELECT u.{customer_users.deleted_at} IS NULL AS lives
        FROM {customer_users} u WHERE u.{customer_users.id} = d.customer_id LIMIT 1) earner ON true
    LEFT JOIN LATERAL (
        SELECT u.{customer_users.deleted_at} IS NULL AS lives
        FROM {customer_users} u WHERE u.{customer_users.id} = d.referred_id LIMIT 1) referred ON true
    LEFT JOIN LATERAL (
        SELECT x.{badges.deleted_at} IS NULL AS lives, x.{badges.is_active} AS is_active,
               x.{badges.unlock_condition}::jsonb AS unlock_condition, x.{badges.slug} AS slug,
               x.{badges.name_tr} AS name_tr, x.{badges.name_en} AS name_en, x.{badges.icon_url} AS icon_url,
               x.{badges.reward_xp} AS reward_xp, x.{badges.reward_credits} AS reward_credits,
               x.{badges.reward_vip_days} AS reward_vip_days
        FROM {badges} x WHERE x.{badges.id} = d.badge_id LIMIT 1) b ON true
    LEFT JOIN LATERAL (
        SELECT true AS found, x.{referrals.tier} AS tier, x.{referrals.expires_at} AS expires_at,
               x.{referrals.referrer_user_id} = d.customer_id
                   AND x.{referrals.referred_user_id} = d.referred_id AS parties,
               CASE d.tier WHEN 2 THEN x.{referrals.status} = ANY (q.statuses)
                           ELSE x.{referrals.status} = 'rewarded' END AS qualifies
        FROM {referrals} x, (SELECT ?::text[] AS statuses) q
        WHERE x.{referrals.id} = d.referral_id LIMIT 1) r ON true
),
-- The tables' own truth decides who comes first: a referral moves only from the tier before, a badge is unlocked once.
moved AS (
    UPDATE {referrals} r
    SET {referrals.tier} = c.tier,
        {referrals.status} = 'rewarded',
        {referrals.referred_subscribed_at} = CASE c.tier WHEN 3 THEN now() ELSE r.{referrals.referred_subscribed_at} END
    FROM claim c
    WHERE r.{referrals.id} = ANY (ARRAY(SELECT referral_id FROM claim WHERE refusal IS NULL AND tier IS NOT NULL))
      AND c.refusal IS NULL
      AND r.{referrals.id} = c.referral_id
      AND r.{referrals.tier} = c.tier - 1
      AND (c.tier = 2 AND r.{referrals.status} = ANY (?::text[]) OR c.tier = 3 AND r.{referrals.status} = 'rewarded')
      AND r.{referrals.referrer_user_id} = c.customer_id
      AND r.{referrals.referred_user_id} = c.referred_id
    RETURNING r.{referrals.id} AS referral_id
),
unlocked AS (
    INSERT INTO {customer_badges} AS o
        ({customer_badges.id}, {customer_badges.customer_user_id}, {customer_badges.badge_id},
         {customer_badges.unlocked_at}, {customer_badges.metadata})
    SELECT reward_id, customer_id, badge_id, now(),
           jsonb_build_object('rewardId', reward_id, 'condition', condition::jsonb, 'value', value)
    FROM claim WHERE refusal IS NULL AND tier IS NULL ORDER BY customer_id, badge_id
    ON CONFLICT DO NOTHING
    RETURNING o.{customer_badges.id} AS reward_id
),
settled AS MATERIALIZED (
    SELECT * FROM claim
    WHERE refusal IS NULL
      AND CASE WHEN tier IS NULL THEN reward_id IN (SELECT reward_id FROM unlocked)
               ELSE referral_id IN (SELECT referral_id FROM moved) END
),
-- Points move by increments; level, progress and next level are worked out from the points as they are after it.
xp_moved AS (
    INSERT INTO {customer_xp} AS x
        ({customer_xp.id}, {customer_xp.customer_user_id}, {customer_xp.xp_points}, {customer_xp.total_earned},
         {customer_xp.level}, {customer_xp.level_progress}, {customer_xp.next_level_xp},
         {customer_xp.achievements_count}, {customer_xp.current_streak_days}, {customer_xp.longest_streak_days},
         {customer_xp.updated_at})
    SELECT gen_random_uuid(), g.customer_id, g.xp, g.xp,
           l.name, coalesce(round(100.0 * (g.xp - l.threshold) / (l.next - l.threshold), 2), 100), l.next,
           l.place, 0, 0, now()
    FROM (SELECT customer_id, sum(xp)::int AS xp FROM settled WHERE xp <> 0 GROUP BY customer_id) g
    JOIN levels l ON g.xp >= l.threshold AND (g.xp < l.next OR l.next IS NULL)
    ORDER BY g.customer_id
    ON CONFLICT ({customer_xp.customer_user_id}) DO UPDATE
    SET {customer_xp.xp_points} = coalesce(x.{customer_xp.xp_points}, 0) + EXCLUDED.{customer_xp.xp_points},
        {customer_xp.total_earned} = coalesce(x.{customer_xp.total_earned}, 0) + EXCLUDED.{customer_xp.total_earned},
        ({customer_xp.level}, {customer_xp.level_progress}, {customer_xp.next_level_xp}) = (
            SELECT l.name, coalesce(round(100.0 * (p.points - l.threshold) / (l.next - l.threshold), 2), 100), l.next
            FROM (SELECT coalesce(x.{customer_xp.xp_points}, 0) + EXCLUDED.{customer_xp.xp_points} AS points) p
            JOIN levels l ON p.points >= l.threshold AND (p.points < l.next OR l.next IS NULL)),
        {customer_xp.achievements_count} = coalesce(x.{customer_xp.achievements_count}, 0) + (
            SELECT count(*) FROM levels l
            WHERE l.threshold > coalesce(x.{customer_xp.xp_points}, 0)
              AND l.threshold <= coalesce(x.{customer_xp.xp_points}, 0) + EXCLUDED.{customer_xp.xp_points}),
        {customer_xp.updated_at} = now()
    RETURNING x.{customer_xp.customer_user_id} AS customer_id, x.{customer_xp.xp_points} AS points
),
-- Each reward's own share: the points before it are those after all of the batch, less its own and the later ones'.
graded AS MATERIALIZED (
    SELECT s.*, s.points_before + s.xp AS points_after, passed.level_reached, coalesce(passed.credits, 0) AS level_credits
    FROM (SELECT a.*, m.points - sum(a.xp) OVER (PARTITION BY a.customer_id ORDER BY a.n DESC) AS points_before
          FROM settled a LEFT JOIN xp_moved m ON m.customer_id = a.customer_id) s
    LEFT JOIN LATERAL (
        SELECT sum(l.credits)::int AS credits, (array_agg(l.name ORDER BY l.threshold DESC))[1] AS level_reached
        FROM levels l WHERE s.xp <> 0 AND l.threshold > s.points_before AND l.threshold <= s.points_before + s.xp
    ) passed ON true
),
xp_written AS (
    INSERT INTO {customer_xp_transactions}
        ({customer_xp_transactions.id}, {customer_xp_transactions.customer_user_id},
         {customer_xp_transactions.xp_amount}, {customer_xp_transactions.transaction_type},
         {customer_xp_transactions.reference_id}, {customer_xp_transactions.reference_type},
         {customer_xp_transactions.description}, {customer_xp_transactions.metadata},
         {customer_xp_transactions.created_at})
    SELECT md5(reward_id || '/xp')::uuid, customer_id, xp,
           CASE WHEN tier IS NULL THEN 'badge_unlock' ELSE 'referral_bonus' END,
           coalesce(badge_id, referral_id), CASE WHEN tier IS NULL THEN 'badge' ELSE 'referral' END,
           CASE WHEN tier IS NULL THEN 'Badge unlocked: ' || coalesce(name_en, slug) ELSE 'Invited friend subscribed' END,
           jsonb_build_object('rewardId', reward_id), now()
    FROM graded WHERE xp <> 0
),
-- Every movement of credits, in the order in which it happens: a reward's levels, its own credits, the invited friend's.
payment AS MATERIALIZED (
    SELECT g.n, l.place AS step, g.customer_id, l.credits AS amount, 'promotional' AS type,
           'Level reached: ' || l.name AS description,
           jsonb_build_object('rewardId', g.reward_id, 'level', l.name) AS metadata,
           g.reward_id, coalesce(g.badge_id, g.referral_id) AS reference_id,
           CASE WHEN g.tier IS NULL THEN 'badge' ELSE 'referral' END AS reference_type
    FROM graded g JOIN levels l ON l.threshold > g.points_before AND l.threshold <= g.points_after
    WHERE g.xp <> 0
    UNION ALL
    SELECT n, 10, customer_id, credits, CASE WHEN tier IS NULL THEN 'badge_reward' ELSE 'referral_bonus' END,
           CASE tier WHEN 2 THEN 'Invited friend logged in' WHEN 3 THEN 'Invited friend subscribed'
                     ELSE 'Badge unlocked: ' || coalesce(name_en, slug) END,
           jsonb_build_object('rewardId', reward_id),
           reward_id, coalesce(badge_id, referral_id), CASE WHEN tier IS NULL THEN 'badge' ELSE 'referral' END
    FROM graded WHERE credits <> 0
    UNION ALL
    SELECT n, 11, referred_id, referred_credits, 'referral_bonus', 'Joined by invitation',
           jsonb_build_object('rewardId', reward_id), reward_id, referral_id, 'referral'
    FROM graded WHERE referred_credits <> 0
),
credits_moved AS (
    INSERT INTO {customer_credits} AS c
        ({customer_credits.id}, {customer_credits.customer_user_id}, {customer_credits.balance},
         {customer_credits.lifetime_earned}, {customer_credits.lifetime_spent}, {customer_credits.updated_at})
    SELECT gen_random_uuid(), customer_id, sum(amount)::int, sum(amount)::int, 0, now()
    FROM payment GROUP BY customer_id ORDER BY customer_id
    ON CONFLICT ({customer_credits.customer_user_id}) DO UPDATE
    SET {customer_credits.balance} = coalesce(c.{customer_credits.balance}, 0) + EXCLUDED.{customer_credits.balance},
        {customer_credits.lifetime_earned} =
            coalesce(c.{customer_credits.lifetime_earned}, 0) + EXCLUDED.{customer_credits.lifetime_earned},
        {customer_credits.updated_at} = now()
    RETURNING c.{customer_credits.customer_user_id} AS customer_id, c.{customer_credits.balance} AS balance
),
credits_written AS (
    INSERT INTO {customer_credit_transactions}
        ({customer_credit_transactions.id}, {customer_credit_transactions.customer_user_id},
         {customer_credit_transactions.amount}, {customer_credit_transactions.transaction_type},
         {customer_credit_transactions.reference_id}, {customer_credit_transactions.reference_type},
         {customer_credit_transactions.description}, {customer_credit_transactions.metadata},
         {customer_credit_transactions.balance_before}, {customer_credit_transactions.balance_after},
         {customer_credit_transactions.created_at})
    SELECT md5(reward_id || '/credits/' || step)::uuid, customer_id, amount, type, reference_id, reference_type,
           description, metadata, balance_before, balance_before + amount, now()
    FROM (SELECT p.*, m.balance - sum(p.amount) OVER (PARTITION BY p.customer_id ORDER BY p.n DESC, p.step DESC)
                      AS balance_before
          FROM payment p JOIN credits_moved m ON m.customer_id = p.customer_id) p
),
ledger_written AS (
    INSERT INTO {reward_ledger}
        (id, kind, customer_user_id, badge_id, badge_slug, badge_name_tr, badge_name_en, badge_icon_url, condition, value,
         referral_id, tier, referred_user_id, cause_table, cause_row_id, cause_lsn, cause_committed_at,
         xp, credits, vip_days, referred_credits, level_reached, level_credits, decided_at, settled_at)
    SELECT reward_id, CASE WHEN tier IS NULL THEN 'badge_unlock' ELSE 'referral_tier' END, customer_id,
           badge_id, slug, name_tr, name_en, icon_url, condition, value, referral_id, tier, referred_id,
           cause_table, cause_row_id, cause_lsn, cause_committed_at,
           xp, credits, vip_days, referred_credits, level_reached, level_credits, decided_at, clock_timestamp()
    FROM graded
)
SELECT n, CASE WHEN reward_id IN (SELECT reward_id FROM settled) THEN NULL ELSE coalesce(refusal, 'overtaken') END, vip_days
FROM claim ORDER BY n
