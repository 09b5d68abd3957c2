-- pending → sending → sent or failed; whoever cancelled a campaign has the last word on its status, not on its counts.
UPDATE {scheduled_notifications} n
SET {scheduled_notifications.status} = c.status,
    {scheduled_notifications.sent_at} = CASE WHEN c.status = 'sent' THEN c.completed_at
                                             ELSE n.{scheduled_notifications.sent_at} END,
    {scheduled_notifications.recipient_count} = c.items,
    {scheduled_notifications.success_count} = c.succeeded,
    {scheduled_notifications.failure_count} = c.failed
FROM (
    SELECT r.run_id, r.completed_at, least(r.items, 2147483647)::int AS items,
           least(r.succeeded, 2147483647)::int AS succeeded, least(r.failed, 2147483647)::int AS failed,
           CASE WHEN o.{scheduled_notifications.status} = 'cancelled' OR r.cancelled THEN 'cancelled'
                WHEN r.status = 'success' THEN 'sent'
                WHEN r.status = 'failed' THEN 'failed'
                WHEN o.{scheduled_notifications.status} = 'pending' THEN 'sending'
                ELSE o.{scheduled_notifications.status} END AS status
    FROM {schema}.job_runs r
    JOIN {scheduled_notifications} o ON o.{scheduled_notifications.id} = r.run_id
    WHERE r.run_id = ANY (?::uuid[]) AND r.job = ?
    ORDER BY o.{scheduled_notifications.id}
    FOR UPDATE OF o
) c
WHERE n.{scheduled_notifications.id} = c.run_id
  AND (n.{scheduled_notifications.status}, n.{scheduled_notifications.recipient_count},
       n.{scheduled_notifications.success_count}, n.{scheduled_notifications.failure_count})
      IS DISTINCT FROM (c.status, c.items, c.succeeded, c.failed)
