-- The app's own tables (SPEC, "The app's tables"), as the app's migrations would have made them: for the embedded run, for
-- tests and for compose. Nothing of this system is in here. Runs on PostgreSQL 15 and later.

CREATE TABLE customer_users (
    id                      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email                   varchar(255),
    full_name               varchar(255),
    locale_preference       varchar(10) NOT NULL DEFAULT 'tr',
    is_active               boolean NOT NULL DEFAULT true,
    is_push_allowed_mobile  boolean DEFAULT true,
    created_at              timestamptz NOT NULL DEFAULT now(),
    deleted_at              timestamptz
);
CREATE UNIQUE INDEX ON customer_users (lower(email)) WHERE deleted_at IS NULL;

CREATE TABLE customer_oauth_identities (
    id                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    customer_user_id  uuid NOT NULL REFERENCES customer_users ON DELETE CASCADE,
    provider          varchar(20) NOT NULL CHECK (provider IN ('google', 'apple', 'phone')),
    last_login_at     timestamptz,
    created_at        timestamptz NOT NULL DEFAULT now(),
    deleted_at        timestamptz,
    UNIQUE (customer_user_id, provider)
);

CREATE TABLE customer_xp (
    id                   uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    customer_user_id     uuid NOT NULL UNIQUE REFERENCES customer_users ON DELETE CASCADE,
    xp_points            int NOT NULL DEFAULT 0 CHECK (xp_points >= 0),
    level                varchar(20) NOT NULL DEFAULT 'bronze'
                         CHECK (level IN ('bronze', 'silver', 'gold', 'platinum', 'diamond', 'vip_elite')),
    level_progress       decimal(5,2) NOT NULL DEFAULT 0 CHECK (level_progress BETWEEN 0 AND 100),
    total_earned         int NOT NULL DEFAULT 0,
    current_streak_days  int NOT NULL DEFAULT 0 CHECK (current_streak_days >= 0),
    longest_streak_days  int NOT NULL DEFAULT 0 CHECK (longest_streak_days >= 0),
    last_activity_date   date,
    next_level_xp        int DEFAULT 500,
    achievements_count   int NOT NULL DEFAULT 0 CHECK (achievements_count >= 0),
    created_at           timestamptz NOT NULL DEFAULT now(),
    updated_at           timestamptz NOT NULL DEFAULT now(),
    CHECK (total_earned >= xp_points)
);

CREATE TABLE customer_xp_transactions (
    id                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    customer_user_id  uuid NOT NULL REFERENCES customer_users ON DELETE CASCADE,
    xp_amount         int NOT NULL,
    transaction_type  varchar(50) NOT NULL,
    reference_id      uuid,
    reference_type    varchar(50),
    description       text,
    metadata          jsonb,
    created_at        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON customer_xp_transactions (customer_user_id, created_at DESC);
CREATE INDEX ON customer_xp_transactions (created_at);

CREATE TABLE customer_credits (
    id                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    customer_user_id  uuid NOT NULL UNIQUE REFERENCES customer_users ON DELETE CASCADE,
    balance           int NOT NULL DEFAULT 0 CHECK (balance >= 0),
    lifetime_earned   int NOT NULL DEFAULT 0 CHECK (lifetime_earned >= 0),
    lifetime_spent    int NOT NULL DEFAULT 0 CHECK (lifetime_spent >= 0),
    created_at        timestamptz NOT NULL DEFAULT now(),
    updated_at        timestamptz NOT NULL DEFAULT now(),
    CHECK (lifetime_earned >= lifetime_spent)
);

CREATE TABLE customer_credit_transactions (
    id                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    customer_user_id  uuid NOT NULL REFERENCES customer_users ON DELETE CASCADE,
    amount            int NOT NULL,
    transaction_type  varchar(50) NOT NULL,
    reference_id      uuid,
    reference_type    varchar(50),
    description       text,
    balance_before    int NOT NULL,
    balance_after     int NOT NULL,
    metadata          jsonb,
    created_at        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON customer_credit_transactions (customer_user_id, created_at DESC);
CREATE INDEX ON customer_credit_transactions (created_at);

CREATE TABLE badges (
    id                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    slug              varchar(100) NOT NULL UNIQUE,
    name_tr           varchar(255) NOT NULL,
    name_en           varchar(255) NOT NULL,
    description_tr    text,
    description_en    text,
    icon_url          text,
    category          varchar(50) NOT NULL DEFAULT 'general',
    rarity            varchar(20) NOT NULL DEFAULT 'common',
    unlock_condition  jsonb NOT NULL,
    reward_xp         int NOT NULL DEFAULT 0 CHECK (reward_xp >= 0),
    reward_credits    int NOT NULL DEFAULT 0 CHECK (reward_credits >= 0),
    reward_vip_days   int NOT NULL DEFAULT 0 CHECK (reward_vip_days >= 0),
    is_active         boolean NOT NULL DEFAULT true,
    display_order     int NOT NULL DEFAULT 0,
    total_unlocks     int NOT NULL DEFAULT 0 CHECK (total_unlocks >= 0),
    created_at        timestamptz NOT NULL DEFAULT now(),
    updated_at        timestamptz NOT NULL DEFAULT now(),
    deleted_at        timestamptz
);

CREATE TABLE customer_badges (
    id                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    customer_user_id  uuid NOT NULL REFERENCES customer_users ON DELETE CASCADE,
    badge_id          uuid NOT NULL REFERENCES badges ON DELETE CASCADE,
    unlocked_at       timestamptz NOT NULL DEFAULT now(),
    claimed_at        timestamptz,
    is_displayed      boolean NOT NULL DEFAULT false,
    metadata          jsonb,
    UNIQUE (customer_user_id, badge_id)
);
CREATE INDEX ON customer_badges (badge_id);

CREATE TABLE referrals (
    id                      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    referrer_user_id        uuid NOT NULL REFERENCES customer_users ON DELETE CASCADE,
    referred_user_id        uuid NOT NULL UNIQUE REFERENCES customer_users ON DELETE CASCADE,
    referral_code           varchar(50) NOT NULL,
    status                  varchar(20) NOT NULL DEFAULT 'completed'
                            CHECK (status IN ('pending', 'completed', 'rewarded', 'expired')),
    tier                    int NOT NULL DEFAULT 1 CHECK (tier BETWEEN 1 AND 3),
    referrer_reward_xp      int NOT NULL DEFAULT 0,
    referrer_reward_credits int NOT NULL DEFAULT 0,
    referred_reward_xp      int NOT NULL DEFAULT 0,
    referred_reward_credits int NOT NULL DEFAULT 0,
    referred_subscribed_at  timestamptz,
    created_at              timestamptz NOT NULL DEFAULT now(),
    expires_at              timestamptz,
    CHECK (referrer_user_id <> referred_user_id)
);
CREATE INDEX ON referrals (referrer_user_id);
CREATE INDEX ON referrals (referral_code, created_at);

CREATE TABLE partners (
    id                   uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    customer_user_id     uuid REFERENCES customer_users ON DELETE SET NULL,
    business_name        varchar(255) NOT NULL,
    email                varchar(255),
    status               varchar(20) NOT NULL DEFAULT 'pending'
                         CHECK (status IN ('pending', 'approved', 'rejected', 'suspended')),
    commission_rate      decimal(5,2) NOT NULL DEFAULT 20 CHECK (commission_rate BETWEEN 0 AND 100),
    referral_code        varchar(50) UNIQUE,
    total_referrals      int NOT NULL DEFAULT 0,
    total_subscriptions  int NOT NULL DEFAULT 0,
    total_revenue        decimal(12,2) NOT NULL DEFAULT 0,
    total_commission     decimal(12,2) NOT NULL DEFAULT 0,
    created_at           timestamptz NOT NULL DEFAULT now(),
    updated_at           timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON partners (customer_user_id);

CREATE TABLE partner_analytics (
    id                  uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    partner_id          uuid NOT NULL REFERENCES partners ON DELETE CASCADE,
    date                date NOT NULL,
    new_signups         int NOT NULL DEFAULT 0,
    new_subscriptions   int NOT NULL DEFAULT 0,
    revenue             decimal(12,2) NOT NULL DEFAULT 0,
    commission          decimal(12,2) NOT NULL DEFAULT 0,
    active_subscribers  int NOT NULL DEFAULT 0,
    churn_count         int NOT NULL DEFAULT 0,
    created_at          timestamptz NOT NULL DEFAULT now(),
    UNIQUE (partner_id, date)
);

CREATE TABLE subscriptions (
    id                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    customer_user_id  uuid NOT NULL REFERENCES customer_users ON DELETE CASCADE,
    status            varchar(20) NOT NULL CHECK (status IN ('active', 'expired', 'cancelled')),
    -- reward: VIP time that a badge gave
    platform          varchar(20) NOT NULL CHECK (platform IN ('ios', 'android', 'reward')),
    amount            decimal(10,2) CHECK (amount >= 0),
    currency          varchar(3),
    referral_code     varchar(50),
    partner_id        uuid REFERENCES partners ON DELETE SET NULL,
    started_at        timestamptz NOT NULL DEFAULT now(),
    expired_at        timestamptz,
    created_at        timestamptz NOT NULL DEFAULT now(),
    updated_at        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON subscriptions (customer_user_id);
CREATE INDEX ON subscriptions (partner_id);
CREATE INDEX ON subscriptions (referral_code, created_at);
CREATE INDEX ON subscriptions (status, expired_at);

CREATE TABLE match_comments (
    id                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    customer_user_id  uuid NOT NULL REFERENCES customer_users ON DELETE CASCADE,
    match_id          varchar(50) NOT NULL,
    content           text NOT NULL CHECK (char_length(content) BETWEEN 3 AND 1000),
    like_count        int NOT NULL DEFAULT 0 CHECK (like_count >= 0),
    status            varchar(20) NOT NULL DEFAULT 'active'
                      CHECK (status IN ('active', 'hidden', 'deleted', 'flagged')),
    created_at        timestamptz NOT NULL DEFAULT now(),
    deleted_at        timestamptz
);
CREATE INDEX ON match_comments (customer_user_id);
CREATE INDEX ON match_comments (match_id, created_at DESC);

CREATE TABLE match_comment_likes (
    id                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    comment_id        uuid NOT NULL REFERENCES match_comments ON DELETE CASCADE,
    customer_user_id  uuid NOT NULL REFERENCES customer_users ON DELETE CASCADE,
    created_at        timestamptz NOT NULL DEFAULT now(),
    UNIQUE (comment_id, customer_user_id)
);
CREATE INDEX ON match_comment_likes (customer_user_id);
CREATE INDEX ON match_comment_likes (created_at);

CREATE TABLE ts_prediction_mapped (
    id                    uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    purchased_by_user_id  uuid REFERENCES customer_users ON DELETE CASCADE,
    result                varchar(20) CHECK (result IN ('pending', 'won', 'lost', 'void')),
    created_at            timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON ts_prediction_mapped (purchased_by_user_id);

CREATE TABLE customer_daily_rewards (
    id                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    customer_user_id  uuid NOT NULL REFERENCES customer_users ON DELETE CASCADE,
    reward_date       date NOT NULL,
    day_number        int NOT NULL CHECK (day_number BETWEEN 1 AND 7),
    reward_type       varchar(20) NOT NULL,
    reward_amount     int NOT NULL DEFAULT 0,
    claimed_at        timestamptz NOT NULL DEFAULT now(),
    UNIQUE (customer_user_id, reward_date)
);
CREATE INDEX ON customer_daily_rewards (reward_date);

CREATE TABLE customer_push_tokens (
    id                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    customer_user_id  uuid NOT NULL REFERENCES customer_users ON DELETE CASCADE,
    fcm_token         text NOT NULL UNIQUE,
    platform          varchar(20) NOT NULL DEFAULT 'android',
    device_id         varchar(255),
    is_active         boolean NOT NULL DEFAULT true,
    created_at        timestamptz NOT NULL DEFAULT now(),
    updated_at        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON customer_push_tokens (customer_user_id);
CREATE INDEX ON customer_push_tokens (updated_at);

CREATE TABLE customer_ad_views (
    id                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    customer_user_id  uuid NOT NULL REFERENCES customer_users ON DELETE CASCADE,
    ad_network        varchar(50) NOT NULL,
    ad_unit_id        varchar(255),
    ad_type           varchar(50),
    reward_amount     int NOT NULL DEFAULT 0,
    completed_at      timestamptz
);
CREATE INDEX ON customer_ad_views (customer_user_id);
CREATE INDEX ON customer_ad_views (completed_at);

CREATE TABLE scheduled_notifications (
    id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    title_tr         text NOT NULL,
    title_en         text,
    body_tr          text NOT NULL,
    body_en          text,
    deep_link_url    text,
    image_url        text,
    target_audience  varchar(20) NOT NULL CHECK (target_audience IN ('all', 'vip', 'free', 'segment')),
    segment_filter   jsonb,
    scheduled_at     timestamptz NOT NULL,
    sent_at          timestamptz,
    status           varchar(20) NOT NULL DEFAULT 'pending'
                     CHECK (status IN ('pending', 'sending', 'sent', 'failed', 'cancelled')),
    recipient_count  int NOT NULL DEFAULT 0,
    success_count    int NOT NULL DEFAULT 0,
    failure_count    int NOT NULL DEFAULT 0,
    created_at       timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON scheduled_notifications (status, scheduled_at);

CREATE TABLE job_execution_logs (
    id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    job_name         varchar(100) NOT NULL,
    started_at       timestamptz NOT NULL,
    completed_at     timestamptz,
    status           varchar(20) NOT NULL CHECK (status IN ('running', 'success', 'failed')),
    items_processed  int DEFAULT 0,
    error_message    text,
    duration_ms      int,
    created_at       timestamptz DEFAULT now()
);
CREATE INDEX idx_job_logs_name ON job_execution_logs (job_name, started_at DESC);
CREATE INDEX idx_job_logs_status ON job_execution_logs (status, started_at DESC);
COMMENT ON TABLE job_execution_logs IS 'Background job execution tracking for monitoring and debugging';
