-- Campaigns that are still to be sent, or being sent, are sent to nobody more. Locked in the order in which write_campaigns.sql locks.
UPDATE {scheduled_notifications} n
SET {scheduled_notifications.status} = 'cancelled'
FROM (
    SELECT o.{scheduled_notifications.id} AS id
    FROM {scheduled_notifications} o
    WHERE o.{scheduled_notifications.id} = ANY (?::uuid[])
      AND o.{scheduled_notifications.status} IN ('pending', 'sending')
    ORDER BY o.{scheduled_notifications.id}
    FOR UPDATE
) c
WHERE n.{scheduled_notifications.id} = c.id
