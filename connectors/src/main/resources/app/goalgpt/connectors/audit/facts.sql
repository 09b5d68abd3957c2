-- What every check may read from. Written from SPEC alone, apart from the code that decides: it is the oracle of the whole system.
WITH
-- Every condition that a badge states now or stated when it was awarded, read strictly: kind is null for a bad rule.
stated AS (
    SELECT b.{badges.unlock_condition}::jsonb AS condition FROM {badges} b
    UNION
    SELECT l.condition::jsonb FROM {reward_ledger} l WHERE l.condition IS NOT NULL
),
shape AS (
    SELECT s.condition, s.condition ->> 'type' AS type,
           ARRAY(SELECT k FROM jsonb_object_keys(
               CASE jsonb_typeof(s.condition) WHEN 'object' THEN s.condition ELSE '{"-": 0}' END) k ORDER BY k) AS fields,
           ARRAY(SELECT e.key FROM jsonb_each(
               CASE jsonb_typeof(s.condition) WHEN 'object' THEN s.condition ELSE '{"-": 0}' END) e
               WHERE jsonb_typeof(e.value) = 'number' AND e.value::text ~ '^[1-9][0-9]{0,11}$' ORDER BY e.key) AS whole
    FROM stated s
),
rule AS MATERIALIZED (
    SELECT k.condition, k.kind,
           CASE k.kind WHEN 'referrals' THEN k.condition ->> 'count' WHEN 'comments' THEN k.condition ->> 'count'
                       WHEN 'won' THEN k.condition ->> 'correct_count' WHEN 'accuracy' THEN k.condition ->> 'min_count'
                       WHEN 'likes' THEN k.condition ->> 'like_count' WHEN 'streak' THEN k.condition ->> 'days'
                       WHEN 'earned' THEN k.condition ->> 'amount' END::numeric AS least,
           CASE k.kind WHEN 'accuracy' THEN (k.condition ->> 'accuracy')::numeric END AS percent,
           CASE k.kind WHEN 'referrals' THEN coalesce(k.condition ->> 'min_tier', '1')::int END AS min_tier,
           CASE k.kind WHEN 'level' THEN array_position(
               ARRAY['bronze', 'silver', 'gold', 'platinum', 'diamond', 'vip_elite'], k.condition ->> 'level') END AS level
    FROM (SELECT s.condition, CASE
              WHEN type = 'referrals' AND fields = ARRAY['count', 'type'] AND whole = ARRAY['count'] THEN 'referrals'
              WHEN type = 'referrals' AND fields = ARRAY['count', 'min_tier', 'type']
                   AND whole = ARRAY['count', 'min_tier'] AND condition ->> 'min_tier' IN ('1', '2', '3') THEN 'referrals'
              WHEN type = 'predictions' AND fields = ARRAY['correct_count', 'type'] AND whole = ARRAY['correct_count'] THEN 'won'
              WHEN type = 'predictions' AND fields = ARRAY['accuracy', 'min_count', 'type']
                   AND whole @> ARRAY['min_count'] AND jsonb_typeof(condition -> 'accuracy') = 'number'
                   AND (condition -> 'accuracy') > '0' AND (condition -> 'accuracy') <= '100' THEN 'accuracy'
              WHEN type = 'comments' AND fields = ARRAY['count', 'type'] AND whole = ARRAY['count'] THEN 'comments'
              WHEN type = 'comments' AND fields = ARRAY['like_count', 'type'] AND whole = ARRAY['like_count'] THEN 'likes'
              WHEN type = 'login_streak' AND fields = ARRAY['days', 'type'] AND whole = ARRAY['days'] THEN 'streak'
              WHEN type = 'xp_level' AND fields = ARRAY['level', 'type'] AND condition ->> 'level'
                   IN ('bronze', 'silver', 'gold', 'platinum', 'diamond', 'vip_elite') THEN 'level'
              WHEN type = 'credits_earned' AND fields = ARRAY['amount', 'type'] AND whole = ARRAY['amount'] THEN 'earned'
              WHEN type = 'manual' AND fields = ARRAY['type'] THEN 'manual'
          END AS kind FROM shape s) k
),
-- One row per customer: what conditions ask about, as it is now; ever_ is the most that the rows still prove.
person AS (
    SELECT u.{customer_users.id} AS customer_id, u.{customer_users.deleted_at} IS NULL AS lives,
           coalesce(c.comments, 0) AS comments, coalesce(c.likes, 0) AS likes, coalesce(c.ever_comments, 0) AS ever_comments,
           coalesce(p.won, 0) AS won, coalesce(p.settled, 0) AS settled,
           coalesce(r.tier1, 0) AS tier1, coalesce(r.tier2, 0) AS tier2, coalesce(r.tier3, 0) AS tier3,
           x.{customer_xp.current_streak_days} AS streak,
           greatest(x.{customer_xp.current_streak_days}, x.{customer_xp.longest_streak_days}) AS ever_streak,
           array_position(ARRAY['bronze', 'silver', 'gold', 'platinum', 'diamond', 'vip_elite'],
                          x.{customer_xp.level}::text) AS level,
           (SELECT count(*) FROM (VALUES (0), (500), (2000), (5000), (10000), (25000)) t (points)
            WHERE t.points <= greatest(x.{customer_xp.total_earned}, x.{customer_xp.xp_points})) AS ever_level,
           w.{customer_credits.lifetime_earned} AS earned
    FROM {customer_users} u
    LEFT JOIN (
        SELECT m.{match_comments.customer_user_id} AS customer_id, count(*) AS ever_comments,
               count(*) FILTER (WHERE m.{match_comments.status} = 'active' AND m.{match_comments.deleted_at} IS NULL) AS comments,
               sum(m.{match_comments.like_count})
                   FILTER (WHERE m.{match_comments.status} = 'active' AND m.{match_comments.deleted_at} IS NULL) AS likes
        FROM {match_comments} m GROUP BY 1) c ON c.customer_id = u.{customer_users.id}
    LEFT JOIN (
        SELECT t.{ts_prediction_mapped.purchased_by_user_id} AS customer_id,
               count(*) FILTER (WHERE t.{ts_prediction_mapped.result} = 'won') AS won,
               count(*) FILTER (WHERE t.{ts_prediction_mapped.result} IN ('won', 'lost')) AS settled
        FROM {ts_prediction_mapped} t GROUP BY 1) p ON p.customer_id = u.{customer_users.id}
    LEFT JOIN (
        SELECT f.{referrals.referrer_user_id} AS customer_id, count(*) AS tier1,
               count(*) FILTER (WHERE f.{referrals.tier} >= 2) AS tier2,
               count(*) FILTER (WHERE f.{referrals.tier} >= 3) AS tier3
        FROM {referrals} f GROUP BY 1) r ON r.customer_id = u.{customer_users.id}
    LEFT JOIN {customer_xp} x ON x.{customer_xp.customer_user_id} = u.{customer_users.id}
    LEFT JOIN {customer_credits} w ON w.{customer_credits.customer_user_id} = u.{customer_users.id}
),
-- All transactions, archived ones too, but for those of customers whose rows the app has removed: an archive keeps them.
xp_transaction AS NOT MATERIALIZED (
    SELECT t.{customer_xp_transactions.customer_user_id} AS customer_id, t.{customer_xp_transactions.xp_amount} AS amount,
           t.{customer_xp_transactions.transaction_type} AS type, t.{customer_xp_transactions.reference_id} AS reference_id,
           t.{customer_xp_transactions.reference_type} AS reference_type, t.{customer_xp_transactions.metadata} AS metadata
    FROM {customer_xp_transactions} t
    UNION ALL
    SELECT t.{customer_xp_transactions.customer_user_id} AS customer_id, t.{customer_xp_transactions.xp_amount} AS amount,
           t.{customer_xp_transactions.transaction_type} AS type, t.{customer_xp_transactions.reference_id} AS reference_id,
           t.{customer_xp_transactions.reference_type} AS reference_type, t.{customer_xp_transactions.metadata} AS metadata
    FROM {customer_xp_transactions_archive} t
    WHERE EXISTS (SELECT 1 FROM {customer_users} u WHERE u.{customer_users.id} = t.{customer_xp_transactions.customer_user_id})
),
credit_transaction AS NOT MATERIALIZED (
    SELECT t.{customer_credit_transactions.customer_user_id} AS customer_id, t.{customer_credit_transactions.amount} AS amount,
           t.{customer_credit_transactions.transaction_type} AS type, t.{customer_credit_transactions.reference_id} AS reference_id,
           t.{customer_credit_transactions.reference_type} AS reference_type, t.{customer_credit_transactions.metadata} AS metadata,
           t.{customer_credit_transactions.balance_before} AS before, t.{customer_credit_transactions.balance_after} AS after
    FROM {customer_credit_transactions} t
    UNION ALL
    SELECT t.{customer_credit_transactions.customer_user_id} AS customer_id, t.{customer_credit_transactions.amount} AS amount,
           t.{customer_credit_transactions.transaction_type} AS type, t.{customer_credit_transactions.reference_id} AS reference_id,
           t.{customer_credit_transactions.reference_type} AS reference_type, t.{customer_credit_transactions.metadata} AS metadata,
           t.{customer_credit_transactions.balance_before} AS before, t.{customer_credit_transactions.balance_after} AS after
    FROM {customer_credit_transactions_archive} t
    WHERE EXISTS (SELECT 1 FROM {customer_users} u WHERE u.{customer_users.id} = t.{customer_credit_transactions.customer_user_id})
),
-- Transactions that name the reward they belong to: ours.
xp_moved AS (
    SELECT t.metadata ->> 'rewardId' AS reward_id, t.customer_id, t.type, t.amount
    FROM xp_transaction t WHERE t.metadata ->> 'rewardId' IS NOT NULL
),
credits_moved AS (
    SELECT t.metadata ->> 'rewardId' AS reward_id, t.customer_id, t.type, t.amount, t.before, t.after
    FROM credit_transaction t WHERE t.metadata ->> 'rewardId' IS NOT NULL
),
badge AS (
    SELECT b.{badges.id} AS badge_id, b.{badges.slug} AS slug, b.{badges.unlock_condition}::jsonb AS condition,
           b.{badges.total_unlocks} AS total_unlocks,
           b.{badges.is_active} AND b.{badges.deleted_at} IS NULL AS awards
    FROM {badges} b
),
unlocked AS (
    SELECT o.{customer_badges.customer_user_id} AS customer_id, o.{customer_badges.badge_id} AS badge_id,
           o.{customer_badges.metadata} ->> 'rewardId' AS reward_id, o.{customer_badges.metadata} AS metadata
    FROM {customer_badges} o
),
referral AS (
    SELECT f.{referrals.id} AS referral_id, f.{referrals.referrer_user_id} AS referrer_id,
           f.{referrals.referred_user_id} AS referred_id, f.{referrals.tier} AS tier, f.{referrals.status} AS status,
           f.{referrals.created_at} AS created_at, f.{referrals.expires_at} AS expires_at,
           f.{referrals.referred_subscribed_at} AS subscribed_at,
           u.{customer_users.deleted_at} IS NULL AND v.{customer_users.deleted_at} IS NULL AS both_live
    FROM {referrals} f
    JOIN {customer_users} u ON u.{customer_users.id} = f.{referrals.referrer_user_id}
    JOIN {customer_users} v ON v.{customer_users.id} = f.{referrals.referred_user_id}
),
-- From here on this system was at work.
live AS (
    SELECT min(settled_at) AS since FROM {reward_ledger}
)
