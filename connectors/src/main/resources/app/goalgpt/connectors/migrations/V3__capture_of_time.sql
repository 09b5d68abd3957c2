-- What jobs and campaigns need to know besides: daily rewards claimed, and the campaigns themselves. (New columns of tables
-- that are captured already travel without a migration: whole tables are published.)

-- The customer is not its primary key.
ALTER TABLE "${schema}"."${customer_daily_rewards}" REPLICA IDENTITY FULL;
-- A long text or filter that an update did not touch travels all the same.
ALTER TABLE "${schema}"."${scheduled_notifications}" REPLICA IDENTITY FULL;

ALTER PUBLICATION goalgpt ADD TABLE
    "${schema}"."${customer_daily_rewards}",
    "${schema}"."${scheduled_notifications}";
