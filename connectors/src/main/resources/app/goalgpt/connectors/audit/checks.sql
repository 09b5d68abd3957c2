-- CHECK: whoever meets a badge's condition has the badge
SELECT format('customer %s meets %s of badge %s and does not have it', p.customer_id, b.condition, b.slug) AS violation
FROM badge b
JOIN rule r ON r.condition = b.condition
JOIN person p ON p.lives AND CASE r.kind
    WHEN 'referrals' THEN CASE r.min_tier WHEN 3 THEN p.tier3 WHEN 2 THEN p.tier2 ELSE p.tier1 END >= r.least
    WHEN 'won' THEN p.won >= r.least
    WHEN 'accuracy' THEN p.settled >= r.least AND 100 * p.won >= r.percent * p.settled
    WHEN 'comments' THEN p.comments >= r.least
    WHEN 'likes' THEN p.likes >= r.least
    WHEN 'streak' THEN p.streak >= r.least
    WHEN 'level' THEN p.level >= r.level
    WHEN 'earned' THEN p.earned >= r.least
END
WHERE b.awards
  AND NOT EXISTS (SELECT 1 FROM unlocked u WHERE u.customer_id = p.customer_id AND u.badge_id = b.badge_id)
  AND NOT EXISTS (SELECT 1 FROM {reward_ledger} l WHERE l.customer_user_id = p.customer_id AND l.badge_id = b.badge_id)

-- CHECK: a qualifying referral whose invited customer logged in is at tier 2
SELECT format('referral %s is at tier 1, customer %s has logged in', f.referral_id, f.referred_id) AS violation
FROM referral f
WHERE f.tier = 1 AND f.both_live
  AND f.status = ANY (string_to_array(current_setting('goalgpt.qualifying_statuses'), ','))
  AND EXISTS (
      SELECT 1 FROM {customer_oauth_identities} i
      WHERE i.{customer_oauth_identities.customer_user_id} = f.referred_id
        AND i.{customer_oauth_identities.deleted_at} IS NULL
        AND i.{customer_oauth_identities.last_login_at} <= coalesce(f.expires_at, 'infinity'))

-- CHECK: a rewarded referral whose invited customer subscribes is at tier 3
SELECT format('referral %s is at tier 2, customer %s has an active subscription', f.referral_id, f.referred_id) AS violation
FROM referral f
WHERE f.tier = 2 AND f.status = 'rewarded' AND f.both_live
  AND EXISTS (
      SELECT 1 FROM {subscriptions} s
      WHERE s.{subscriptions.customer_user_id} = f.referred_id AND s.{subscriptions.status} = 'active'
        AND coalesce(s.{subscriptions.expired_at}, 'infinity') > now())

-- CHECK: a badge that names a reward has that reward's row in the ledger
SELECT format('customer %s has badge %s by reward %s, which is not in the ledger for them', u.customer_id, u.badge_id, u.reward_id) AS violation
FROM unlocked u
WHERE u.reward_id IS NOT NULL
  AND NOT EXISTS (
      SELECT 1 FROM {reward_ledger} l
      WHERE l.id::text = u.reward_id AND l.customer_user_id = u.customer_id AND l.badge_id = u.badge_id)

-- CHECK: a badge in the ledger is one that the customer has
SELECT format('reward %s: customer %s does not have badge %s by it', l.id, l.customer_user_id, l.badge_id) AS violation
FROM {reward_ledger} l
WHERE l.kind = 'badge_unlock'
  AND EXISTS (SELECT 1 FROM person p WHERE p.customer_id = l.customer_user_id)
  AND EXISTS (SELECT 1 FROM badge b WHERE b.badge_id = l.badge_id)
  AND NOT EXISTS (
      SELECT 1 FROM unlocked u
      WHERE u.customer_id = l.customer_user_id AND u.badge_id = l.badge_id AND u.reward_id = l.id::text)

-- CHECK: nothing is in the ledger twice
SELECT format('%s has %s rows in the ledger', min(what), count(*)) AS violation
FROM (SELECT CASE kind WHEN 'badge_unlock' THEN 'badge ' || badge_id || ' of customer ' || customer_user_id
                       ELSE 'tier ' || tier || ' of referral ' || referral_id END AS what
      FROM {reward_ledger}) l
GROUP BY what HAVING count(*) > 1

-- CHECK: a referral has the tier that the ledger says it reached
SELECT format('reward %s brought referral %s to tier %s, it is at tier %s', l.id, l.referral_id, l.tier, f.tier) AS violation
FROM {reward_ledger} l JOIN referral f ON f.referral_id = l.referral_id
WHERE f.tier < l.tier OR f.status <> 'rewarded'
   OR f.referrer_id <> l.customer_user_id OR f.referred_id <> l.referred_user_id
   OR l.tier = 3 AND f.subscribed_at IS NULL

-- CHECK: a referral moved up no tier without its ledger row since this system is at work
SELECT format('referral %s is at tier %s, the ledger has no row for it', f.referral_id, f.tier) AS violation
FROM referral f, live
WHERE f.tier >= 2 AND f.created_at > live.since
      AND NOT EXISTS (SELECT 1 FROM {reward_ledger} l WHERE l.referral_id = f.referral_id AND l.tier = 2)
   OR f.tier >= 3 AND f.subscribed_at > live.since
      AND NOT EXISTS (SELECT 1 FROM {reward_ledger} l WHERE l.referral_id = f.referral_id AND l.tier = 3)

-- CHECK: a reward's value meets the condition that it was given for
SELECT format('reward %s: %s does not meet %s', l.id, l.value, l.condition) AS violation
FROM {reward_ledger} l LEFT JOIN rule r ON r.condition = l.condition::jsonb
WHERE l.kind = 'badge_unlock' AND CASE
    WHEN r.kind IS NULL OR r.kind = 'manual' THEN true
    WHEN r.kind = 'level' THEN coalesce(array_position(
        ARRAY['bronze', 'silver', 'gold', 'platinum', 'diamond', 'vip_elite'], l.value), 0) < r.level
    WHEN l.value !~ '^[0-9]+(\.[0-9]+)?$' THEN true
    ELSE l.value::numeric < CASE r.kind WHEN 'accuracy' THEN trunc(r.percent, 2) ELSE r.least END
END

-- CHECK WITH WHOLE HISTORY: a badge was given for what the rows still prove
SELECT format('reward %s: customer %s never met %s', l.id, p.customer_id, l.condition) AS violation
FROM {reward_ledger} l
JOIN rule r ON r.condition = l.condition::jsonb
JOIN person p ON p.customer_id = l.customer_user_id
WHERE CASE r.kind
    WHEN 'referrals' THEN CASE r.min_tier WHEN 3 THEN p.tier3 WHEN 2 THEN p.tier2 ELSE p.tier1 END < r.least
    WHEN 'won' THEN p.won < r.least
    WHEN 'accuracy' THEN p.settled < r.least OR 100 * p.won < r.percent * r.least
    WHEN 'comments' THEN p.ever_comments < r.least
    WHEN 'streak' THEN coalesce(p.ever_streak, 0) < r.least
    WHEN 'level' THEN p.ever_level < r.level
    WHEN 'earned' THEN coalesce(p.earned, 0) < r.least
END

-- CHECK WITH WHOLE HISTORY: a referral reached tier 2 by a login
SELECT format('reward %s: customer %s never logged in', l.id, l.referred_user_id) AS violation
FROM {reward_ledger} l
WHERE l.tier = 2
  AND NOT EXISTS (
      SELECT 1 FROM {customer_oauth_identities} i
      WHERE i.{customer_oauth_identities.customer_user_id} = l.referred_user_id
        AND i.{customer_oauth_identities.last_login_at} IS NOT NULL)

-- CHECK WITH WHOLE HISTORY: a referral reached tier 3 by a subscription
SELECT format('reward %s: customer %s never subscribed', l.id, l.referred_user_id) AS violation
FROM {reward_ledger} l
WHERE l.tier = 3
  AND NOT EXISTS (SELECT 1 FROM {subscriptions} s WHERE s.{subscriptions.customer_user_id} = l.referred_user_id)

-- CHECK: a referral's reward is what SPEC pays for its tier
SELECT format('reward %s for tier %s paid %s XP, %s and %s credits', l.id, l.tier, l.xp, l.credits, l.referred_credits) AS violation
FROM {reward_ledger} l
LEFT JOIN person p ON p.customer_id = l.customer_user_id
LEFT JOIN person q ON q.customer_id = l.referred_user_id
WHERE l.kind = 'referral_tier'
  AND ((l.xp, l.credits) <> CASE l.tier WHEN 2 THEN (0, 50) ELSE (500, 200) END
           AND (coalesce(p.lives, false) OR (l.xp, l.credits) <> (0, 0))
    OR l.referred_credits <> CASE l.tier WHEN 2 THEN 10 ELSE 0 END
           AND (coalesce(q.lives, false) OR l.referred_credits <> 0))

-- CHECK: a level's credits are those of the levels passed
SELECT format('reward %s reached %s and paid %s credits for levels', l.id, coalesce(l.level_reached, 'no level'), l.level_credits) AS violation
FROM {reward_ledger} l
WHERE CASE coalesce(l.level_reached, '')
    WHEN '' THEN l.level_credits <> 0
    WHEN 'silver' THEN l.level_credits <> 25
    WHEN 'gold' THEN l.level_credits NOT IN (50, 75)
    WHEN 'platinum' THEN l.level_credits NOT IN (100, 150, 175)
    WHEN 'diamond' THEN l.level_credits NOT IN (250, 350, 400, 425)
    WHEN 'vip_elite' THEN l.level_credits NOT IN (500, 750, 850, 900, 925)
    ELSE true
END

-- CHECK: a deleted customer was paid nothing after the deletion
SELECT format('reward %s paid customer %s, deleted before', l.id, u.{customer_users.id}) AS violation
FROM {reward_ledger} l
JOIN {customer_users} u ON u.{customer_users.id} = l.customer_user_id AND (l.kind = 'badge_unlock' OR l.xp + l.credits > 0)
                        OR u.{customer_users.id} = l.referred_user_id AND l.referred_credits > 0
WHERE u.{customer_users.deleted_at} < l.settled_at - interval '5 seconds'

-- CHECK WITH WHOLE HISTORY: the ledger's XP is the XP of its transactions
SELECT format('reward %s: %s XP in the ledger, %s in transactions', coalesce(l.id::text, t.reward_id), coalesce(l.xp, 0), coalesce(t.amount, 0)) AS violation
FROM {reward_ledger} l
FULL JOIN (SELECT reward_id, customer_id, sum(amount) AS amount FROM xp_moved GROUP BY 1, 2) t
    ON t.reward_id = l.id::text AND t.customer_id = l.customer_user_id
WHERE coalesce(l.xp, 0) <> coalesce(t.amount, 0)
  AND (l.id IS NULL OR EXISTS (SELECT 1 FROM person p WHERE p.customer_id = l.customer_user_id))

-- CHECK WITH WHOLE HISTORY: the ledger's credits are the credits of their transactions
WITH paid AS (
    SELECT l.id::text AS reward_id, p.customer_id, p.role, p.amount
    FROM {reward_ledger} l, LATERAL (VALUES
        (l.customer_user_id, 'reward', l.credits), (l.customer_user_id, 'level', l.level_credits),
        (l.referred_user_id, 'reward', l.referred_credits)) p (customer_id, role, amount)
    WHERE p.amount <> 0 AND EXISTS (SELECT 1 FROM person q WHERE q.customer_id = p.customer_id)
)
SELECT format('reward %s, customer %s, %s: %s credits in the ledger, %s in transactions', reward_id, customer_id, role,
              coalesce(l.amount, 0), coalesce(t.amount, 0)) AS violation
FROM paid l
FULL JOIN (SELECT reward_id, customer_id, CASE type WHEN 'promotional' THEN 'level' ELSE 'reward' END AS role, sum(amount) AS amount
           FROM credits_moved GROUP BY 1, 2, 3) t USING (reward_id, customer_id, role)
WHERE coalesce(l.amount, 0) <> coalesce(t.amount, 0)

-- CHECK: no badge and no referral is paid twice
SELECT format('customer %s was paid %s times for %s %s (%s)', customer_id, count(*), reference_type, reference_id, type) AS violation
FROM (
    SELECT customer_id, 'XP ' || type AS type, reference_id, reference_type, amount
    FROM xp_transaction WHERE type IN ('badge_unlock', 'referral_bonus')
    UNION ALL
    SELECT customer_id, 'credits ' || type, reference_id, reference_type, amount
    FROM credit_transaction WHERE type IN ('badge_reward', 'referral_bonus')
) t
WHERE reference_id IS NOT NULL
-- Tiers 2 and 3 of a referral pay different amounts.
GROUP BY customer_id, type, reference_id, reference_type, CASE reference_type WHEN 'referral' THEN amount END
HAVING count(*) > 1

-- CHECK: no transaction is in its table and in its archive
SELECT format('transaction %s is in %s and in its archive', id, name) AS violation
FROM (SELECT {customer_xp_transactions.id} AS id, 'customer_xp_transactions' AS name
      FROM {customer_xp_transactions} JOIN {customer_xp_transactions_archive} USING ({customer_xp_transactions.id})
      UNION ALL
      SELECT {customer_credit_transactions.id}, 'customer_credit_transactions'
      FROM {customer_credit_transactions} JOIN {customer_credit_transactions_archive} USING ({customer_credit_transactions.id})) t

-- CHECK: a transaction's balances differ by its amount
SELECT format('reward %s, customer %s: %s credits from %s to %s', reward_id, customer_id, amount, before, after) AS violation
FROM credits_moved WHERE after IS DISTINCT FROM before + amount OR before < 0

-- CHECK WITH WHOLE HISTORY: XP is the sum of the XP transactions
SELECT format('customer %s has %s XP, transactions add up to %s', customer_id, coalesce(x.points, 0), coalesce(t.amount, 0)) AS violation
FROM (SELECT {customer_xp.customer_user_id} AS customer_id, {customer_xp.xp_points} AS points FROM {customer_xp}) x
FULL JOIN (SELECT customer_id, sum(amount) AS amount FROM xp_transaction GROUP BY 1) t USING (customer_id)
WHERE coalesce(x.points, 0) <> coalesce(t.amount, 0)

-- CHECK WITH WHOLE HISTORY: credits are the sum of the credit transactions
SELECT format('customer %s has %s credits, transactions add up to %s', customer_id, coalesce(c.balance, 0), coalesce(t.amount, 0)) AS violation
FROM (SELECT {customer_credits.customer_user_id} AS customer_id, {customer_credits.balance} AS balance FROM {customer_credits}) c
FULL JOIN (SELECT customer_id, sum(amount) AS amount FROM credit_transaction GROUP BY 1) t USING (customer_id)
WHERE coalesce(c.balance, 0) <> coalesce(t.amount, 0)

-- CHECK: whoever got XP here has the level, progress and next level of their points
SELECT format('customer %s has %s points and is %s (%s %%, next at %s)', x.{customer_xp.customer_user_id}, x.{customer_xp.xp_points},
              x.{customer_xp.level}, x.{customer_xp.level_progress}, coalesce(x.{customer_xp.next_level_xp}::text, 'none')) AS violation
FROM {customer_xp} x
JOIN (VALUES ('bronze', 0, 500), ('silver', 500, 2000), ('gold', 2000, 5000), ('platinum', 5000, 10000),
             ('diamond', 10000, 25000), ('vip_elite', 25000, NULL)) l (name, low, high)
    ON x.{customer_xp.xp_points} >= l.low AND (l.high IS NULL OR x.{customer_xp.xp_points} < l.high)
WHERE x.{customer_xp.customer_user_id} IN (SELECT customer_user_id FROM {reward_ledger} WHERE xp > 0)
  AND (x.{customer_xp.level} <> l.name OR x.{customer_xp.next_level_xp} IS DISTINCT FROM l.high
       OR x.{customer_xp.level_progress}
          <> coalesce(round(100.0 * (x.{customer_xp.xp_points} - l.low) / (l.high - l.low), 2), 100))

-- CHECK WITH WHOLE HISTORY: a badge's unlocks are counted
SELECT format('badge %s counts %s unlocks, %s customers have it', b.slug, b.total_unlocks, count(u.badge_id)) AS violation
FROM badge b LEFT JOIN unlocked u ON u.badge_id = b.badge_id
GROUP BY b.badge_id, b.slug, b.total_unlocks HAVING b.total_unlocks IS DISTINCT FROM count(u.badge_id)

-- CHECK: VIP time that was given is in a subscription
SELECT format('customer %s was given %s days of VIP, reward subscriptions hold %s', l.customer_id, l.days, coalesce(s.days, 0)) AS violation
FROM (SELECT customer_user_id AS customer_id, sum(vip_days) AS days FROM {reward_ledger} WHERE vip_days > 0 GROUP BY 1) l
JOIN person p ON p.customer_id = l.customer_id
LEFT JOIN (
    SELECT s.{subscriptions.customer_user_id} AS customer_id,
           round(sum(extract(epoch FROM s.{subscriptions.expired_at} - s.{subscriptions.started_at})) / 86400, 2) AS days,
           bool_or(s.{subscriptions.expired_at} IS NULL) AS endless
    FROM {subscriptions} s WHERE s.{subscriptions.platform} = 'reward' GROUP BY 1) s ON s.customer_id = l.customer_id
WHERE coalesce(s.days, 0) < l.days AND s.endless IS NOT TRUE

-- NOTE: badges that the app gave, not this system
SELECT format('customer %s has badge %s', u.customer_id, u.badge_id) AS violation FROM unlocked u WHERE u.reward_id IS NULL

-- NOTE: referrals that the app moved up, not this system
SELECT format('referral %s is at tier %s', f.referral_id, f.tier) AS violation
FROM referral f
WHERE f.tier >= 2 AND NOT EXISTS (SELECT 1 FROM {reward_ledger} l WHERE l.referral_id = f.referral_id)

-- NOTE: bad rules, which award nothing
SELECT format('badge %s asks for %s', b.slug, b.condition) AS violation
FROM badge b JOIN rule r ON r.condition = b.condition
WHERE b.awards AND r.kind IS NULL
