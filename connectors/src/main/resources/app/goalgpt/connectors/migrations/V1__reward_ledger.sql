-- One row per settled reward, written in the transaction that moves the balances. Its changes are the outbox from which
-- pushes and the public reward topics are made, so it holds all that an announcement says. Rows are never updated.
CREATE TABLE "${schema}"."${reward_ledger}" (
    id                  uuid PRIMARY KEY,           -- deterministic: badge + customer, or referral + tier
    kind                text NOT NULL CHECK (kind IN ('badge_unlock', 'referral_tier')),
    customer_user_id    uuid NOT NULL,              -- who earned it: the badge's owner, or the referrer

    badge_id            uuid,
    badge_slug          text,
    badge_name_tr       text,
    badge_name_en       text,
    badge_icon_url      text,
    condition           text,                       -- the unlock condition as it was met, JSON text
    value               text,                       -- the customer's value that met it

    referral_id         uuid,
    tier                int CHECK (tier IN (2, 3)),
    referred_user_id    uuid,

    cause_table         text NOT NULL,              -- the row that made it so
    cause_row_id        text NOT NULL,
    cause_lsn           bigint NOT NULL,
    cause_committed_at  timestamptz NOT NULL,

    xp                  int NOT NULL DEFAULT 0,     -- to customer_user_id
    credits             int NOT NULL DEFAULT 0,     -- to customer_user_id, without those for levels
    vip_days            int NOT NULL DEFAULT 0,
    referred_credits    int NOT NULL DEFAULT 0,     -- to referred_user_id
    level_reached       text,                       -- the level that xp reached, null when none
    level_credits       int NOT NULL DEFAULT 0,     -- for the levels passed

    decided_at          timestamptz NOT NULL,
    settled_at          timestamptz NOT NULL DEFAULT clock_timestamp()
);
