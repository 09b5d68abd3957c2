-- What capture needs of the database: who may be told of changes (a publication), enough of a row's old version to key its
-- changes by the customer (replica identities), and one row to write to when nobody else writes (the heartbeat).

-- Written by capture every few seconds, so that its slot moves on, and the server's WAL can go, while the app's tables are quiet.
CREATE TABLE "${schema}".capture_heartbeat (
    slot     text PRIMARY KEY,
    beat_at  timestamptz NOT NULL
);

-- The customer is not these tables' primary key: without the whole old row an update that moves a row to another customer,
-- and a delete, would not say whose it was. (badges: a long condition that an update did not touch travels all the same.)
ALTER TABLE "${schema}"."${badges}" REPLICA IDENTITY FULL;
ALTER TABLE "${schema}"."${customer_push_tokens}" REPLICA IDENTITY FULL;
ALTER TABLE "${schema}"."${customer_badges}" REPLICA IDENTITY FULL;
ALTER TABLE "${schema}"."${customer_oauth_identities}" REPLICA IDENTITY FULL;
ALTER TABLE "${schema}"."${subscriptions}" REPLICA IDENTITY FULL;
ALTER TABLE "${schema}"."${referrals}" REPLICA IDENTITY FULL;
ALTER TABLE "${schema}"."${customer_xp}" REPLICA IDENTITY FULL;
ALTER TABLE "${schema}"."${customer_credits}" REPLICA IDENTITY FULL;
ALTER TABLE "${schema}"."${match_comments}" REPLICA IDENTITY FULL;
ALTER TABLE "${schema}"."${ts_prediction_mapped}" REPLICA IDENTITY FULL;
-- Its rows are never updated or deleted by us; somebody who does so by hand is told of all the same.
ALTER TABLE "${schema}"."${reward_ledger}" REPLICA IDENTITY FULL;

CREATE PUBLICATION goalgpt FOR TABLE
    "${schema}"."${badges}",
    "${schema}"."${customer_users}",
    "${schema}"."${customer_push_tokens}",
    "${schema}"."${customer_badges}",
    "${schema}"."${customer_oauth_identities}",
    "${schema}"."${subscriptions}",
    "${schema}"."${referrals}",
    "${schema}"."${customer_xp}",
    "${schema}"."${customer_credits}",
    "${schema}"."${match_comments}",
    "${schema}"."${ts_prediction_mapped}",
    "${schema}"."${reward_ledger}",
    "${schema}".capture_heartbeat
    WITH (publish = 'insert, update, delete');
