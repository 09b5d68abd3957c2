-- Counts a batch's unlocks. Last, because every ledger wants these rows: they stay locked for the commit only. A statement of its own,
-- because PostgreSQL chooses the order of a statement's parts that modify.
WITH popular AS MATERIALIZED (
    SELECT b.{badges.id} AS badge_id FROM {badges} b WHERE b.{badges.id} = ANY (?::uuid[]) ORDER BY 1 FOR NO KEY UPDATE
)
UPDATE {badges} b
SET {badges.total_unlocks} = coalesce(b.{badges.total_unlocks}, 0) + u.unlocks
FROM popular p JOIN unnest(?::uuid[], ?::int[]) AS u (badge_id, unlocks) ON u.badge_id = p.badge_id
WHERE b.{badges.id} = p.badge_id
