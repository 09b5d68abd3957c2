-- The numbers of partners' days, from the rows as they are now (SPEC, "Partners"). What was active when a day ended may have
-- expired since: that it did so later shows in expired_at.
WITH day AS (
    SELECT * FROM unnest(?::uuid[], ?::date[], ?::timestamptz[], ?::timestamptz[]) AS d (partner_id, date, starts, ends)
), counted AS (
    SELECT d.partner_id, d.date, p.{partners.commission_rate} AS commission_rate, r.new_signups, s.*
    FROM day d
    JOIN {partners} p ON p.{partners.id} = d.partner_id
    CROSS JOIN LATERAL (
        SELECT count(*)::int AS new_signups
        FROM {referrals} r
        WHERE r.{referrals.referral_code} = p.{partners.referral_code}
          AND r.{referrals.created_at} >= d.starts AND r.{referrals.created_at} < d.ends
    ) r
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE created)::int AS new_subscriptions,
               coalesce(sum(amount) FILTER (WHERE created), 0) AS revenue,
               count(*) FILTER (WHERE active)::int AS active_subscribers,
               count(*) FILTER (WHERE churned)::int AS churn_count
        FROM (
            SELECT coalesce(b.{subscriptions.amount},
                            CASE WHEN b.{subscriptions.platform} IN ('ios', 'android') THEN 99.99 ELSE 0 END) AS amount,
                   b.{subscriptions.created_at} >= d.starts AND b.{subscriptions.created_at} < d.ends AS created,
                   b.{subscriptions.created_at} < d.ends
                       AND (b.{subscriptions.status} = 'active' AND b.{subscriptions.expired_at} IS NULL
                            OR b.{subscriptions.status} IN ('active', 'expired') AND b.{subscriptions.expired_at} >= d.ends)
                       AS active,
                   b.{subscriptions.status} = 'expired'
                       AND b.{subscriptions.expired_at} >= d.starts AND b.{subscriptions.expired_at} < d.ends AS churned
            FROM {subscriptions} b
            WHERE b.{subscriptions.referral_code} = p.{partners.referral_code}
        ) b
    ) s
), numbers AS MATERIALIZED (
    SELECT partner_id, date, new_signups, new_subscriptions, round(revenue, 2) AS revenue,
           round(revenue * commission_rate * 0.01, 2) AS commission, active_subscribers, churn_count
    FROM counted
)
