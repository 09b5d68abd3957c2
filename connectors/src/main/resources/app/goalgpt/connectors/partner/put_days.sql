, old AS MATERIALIZED (
    SELECT a.{partner_analytics.partner_id} AS partner_id, a.{partner_analytics.date} AS date,
           a.{partner_analytics.new_signups} AS new_signups, a.{partner_analytics.new_subscriptions} AS new_subscriptions,
           a.{partner_analytics.revenue} AS revenue, a.{partner_analytics.commission} AS commission
    FROM {partner_analytics} a
    JOIN day d ON d.partner_id = a.{partner_analytics.partner_id} AND d.date = a.{partner_analytics.date}
), put AS (
    INSERT INTO {partner_analytics} AS a
        ({partner_analytics.id}, {partner_analytics.partner_id}, {partner_analytics.date},
         {partner_analytics.new_signups}, {partner_analytics.new_subscriptions}, {partner_analytics.revenue},
         {partner_analytics.commission}, {partner_analytics.active_subscribers}, {partner_analytics.churn_count})
    SELECT gen_random_uuid(), n.* FROM numbers n
    ON CONFLICT ({partner_analytics.partner_id}, {partner_analytics.date}) DO UPDATE
    SET {partner_analytics.new_signups} = excluded.{partner_analytics.new_signups},
        {partner_analytics.new_subscriptions} = excluded.{partner_analytics.new_subscriptions},
        {partner_analytics.revenue} = excluded.{partner_analytics.revenue},
        {partner_analytics.commission} = excluded.{partner_analytics.commission},
        {partner_analytics.active_subscribers} = excluded.{partner_analytics.active_subscribers},
        {partner_analytics.churn_count} = excluded.{partner_analytics.churn_count}
    WHERE (a.{partner_analytics.new_signups}, a.{partner_analytics.new_subscriptions}, a.{partner_analytics.revenue},
           a.{partner_analytics.commission}, a.{partner_analytics.active_subscribers}, a.{partner_analytics.churn_count})
          IS DISTINCT FROM
          (excluded.{partner_analytics.new_signups}, excluded.{partner_analytics.new_subscriptions},
           excluded.{partner_analytics.revenue}, excluded.{partner_analytics.commission},
           excluded.{partner_analytics.active_subscribers}, excluded.{partner_analytics.churn_count})
    RETURNING 1
), moved AS (
    UPDATE {partners} p
    SET {partners.total_referrals} = p.{partners.total_referrals} + d.signups,
        {partners.total_subscriptions} = p.{partners.total_subscriptions} + d.subscriptions,
        {partners.total_revenue} = p.{partners.total_revenue} + d.revenue,
        {partners.total_commission} = p.{partners.total_commission} + d.commission
    FROM (
        SELECT n.partner_id,
               sum(n.new_signups - coalesce(o.new_signups, 0)) AS signups,
               sum(n.new_subscriptions - coalesce(o.new_subscriptions, 0)) AS subscriptions,
               sum(n.revenue - coalesce(o.revenue, 0)) AS revenue,
               sum(n.commission - coalesce(o.commission, 0)) AS commission
        FROM numbers n
        LEFT JOIN old o ON o.partner_id = n.partner_id AND o.date = n.date
        GROUP BY n.partner_id
    ) d
    WHERE p.{partners.id} = d.partner_id
      AND (d.signups, d.subscriptions, d.revenue, d.commission) IS DISTINCT FROM (0::bigint, 0::bigint, 0::numeric, 0::numeric)
    RETURNING 1
)
SELECT count(*) FROM put
