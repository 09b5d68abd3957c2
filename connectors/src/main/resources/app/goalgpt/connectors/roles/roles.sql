-- The roles that the parts log in as, each with the least that its SQL needs; docs/operations.md has the same as a table, with the reasons.
-- Run anew whenever it comes out differently: what a role had before and is not in here is taken away.
-- Rows that are locked (FOR UPDATE) need the right to update some column; it is the id where the role may delete the row anyway.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'PREFIX_replication') THEN
        BEGIN
            CREATE ROLE "PREFIX_replication" LOGIN REPLICATION;
        EXCEPTION WHEN insufficient_privilege THEN
            -- On some managed services the right to replicate comes by membership.
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_replication') THEN
                RAISE EXCEPTION 'role % may not make a role that replicates: have CREATE ROLE "PREFIX_replication" LOGIN REPLICATION done by one that may',
                    current_user USING ERRCODE = 'insufficient_privilege';
            END IF;
            CREATE ROLE "PREFIX_replication" LOGIN;
            GRANT rds_replication TO "PREFIX_replication";
        END;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'PREFIX_ledger') THEN
        CREATE ROLE "PREFIX_ledger" LOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'PREFIX_console') THEN
        CREATE ROLE "PREFIX_console" LOGIN;
    END IF;
END
$$;

DO $$
DECLARE
    relation regclass;
BEGIN
    FOR relation IN
        SELECT oid FROM pg_class
        WHERE relnamespace = '{schema}'::regnamespace AND relkind IN ('r', 'p', 'v') AND pg_has_role(relowner, 'USAGE')
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM "PREFIX_replication", "PREFIX_ledger", "PREFIX_console"', relation);
    END LOOP;
END
$$;
DO $$
BEGIN
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO "PREFIX_replication", "PREFIX_ledger", "PREFIX_console"', current_database());
END
$$;
GRANT USAGE ON SCHEMA {schema} TO "PREFIX_replication", "PREFIX_ledger", "PREFIX_console";

-- Capture reads what travels. (Its right to replicate is one to read all changes of the publication, whatever stands here.)
CAPTURED
GRANT SELECT, INSERT, UPDATE ON {schema}.capture_heartbeat TO "PREFIX_replication";

-- The ledger's process: it settles, …
GRANT SELECT, INSERT ON {reward_ledger} TO "PREFIX_ledger";
GRANT SELECT ({customer_users.id}, {customer_users.deleted_at}), UPDATE ({customer_users.created_at})
    ON {customer_users} TO "PREFIX_ledger";
GRANT SELECT ON {customer_oauth_identities}, {match_comments}, {ts_prediction_mapped} TO "PREFIX_ledger";
GRANT SELECT, UPDATE ({badges.total_unlocks}) ON {badges} TO "PREFIX_ledger";
GRANT SELECT, INSERT ON {customer_badges} TO "PREFIX_ledger";
GRANT SELECT, UPDATE ({referrals.tier}, {referrals.status}, {referrals.referred_subscribed_at}) ON {referrals} TO "PREFIX_ledger";
GRANT SELECT, INSERT, UPDATE ({subscriptions.expired_at}, {subscriptions.updated_at}) ON {subscriptions} TO "PREFIX_ledger";
GRANT SELECT, INSERT,
      UPDATE ({customer_xp.xp_points}, {customer_xp.total_earned}, {customer_xp.level}, {customer_xp.level_progress},
              {customer_xp.next_level_xp}, {customer_xp.achievements_count}, {customer_xp.updated_at})
    ON {customer_xp} TO "PREFIX_ledger";
GRANT SELECT, INSERT,
      UPDATE ({customer_credits.balance}, {customer_credits.lifetime_earned}, {customer_credits.updated_at})
    ON {customer_credits} TO "PREFIX_ledger";
-- … calls tokens dead and deletes old ones, …
GRANT SELECT ({customer_push_tokens.id}, {customer_push_tokens.fcm_token}, {customer_push_tokens.is_active},
              {customer_push_tokens.updated_at}),
      UPDATE ({customer_push_tokens.is_active}), DELETE
    ON {customer_push_tokens} TO "PREFIX_ledger";
-- … keeps partners' days, …
GRANT SELECT,
      UPDATE ({partners.total_referrals}, {partners.total_subscriptions}, {partners.total_revenue}, {partners.total_commission})
    ON {partners} TO "PREFIX_ledger";
GRANT SELECT, INSERT,
      UPDATE ({partner_analytics.new_signups}, {partner_analytics.new_subscriptions}, {partner_analytics.revenue},
              {partner_analytics.commission}, {partner_analytics.active_subscribers}, {partner_analytics.churn_count})
    ON {partner_analytics} TO "PREFIX_ledger";
-- … writes runs and campaigns, …
GRANT SELECT, INSERT, UPDATE, DELETE ON {schema}.job_run_shares TO "PREFIX_ledger";
GRANT SELECT ON {schema}.job_runs TO "PREFIX_ledger";
GRANT SELECT, INSERT, UPDATE ON {schema}.campaign_variants TO "PREFIX_ledger";
GRANT SELECT, INSERT, UPDATE, DELETE ON {job_execution_logs} TO "PREFIX_ledger";
GRANT SELECT, DELETE,
      UPDATE ({scheduled_notifications.id}, {scheduled_notifications.status}, {scheduled_notifications.sent_at},
              {scheduled_notifications.recipient_count}, {scheduled_notifications.success_count},
              {scheduled_notifications.failure_count})
    ON {scheduled_notifications} TO "PREFIX_ledger";
-- … writes transactions, moves old rows to their archives, …
GRANT SELECT, INSERT, DELETE, UPDATE ({customer_xp_transactions.id}) ON {customer_xp_transactions} TO "PREFIX_ledger";
GRANT SELECT, INSERT, DELETE, UPDATE ({customer_credit_transactions.id}) ON {customer_credit_transactions} TO "PREFIX_ledger";
GRANT SELECT, DELETE, UPDATE ({customer_ad_views.id}) ON {customer_ad_views} TO "PREFIX_ledger";
GRANT SELECT, DELETE, UPDATE ({match_comment_likes.id}) ON {match_comment_likes} TO "PREFIX_ledger";
GRANT SELECT, INSERT, UPDATE ON {customer_xp_transactions_archive}, {customer_credit_transactions_archive},
    {customer_ad_views_archive}, {match_comment_likes_archive}, {scheduled_notifications_archive}, {job_execution_logs_archive}
    TO "PREFIX_ledger";
-- … and looks, when it starts, whether the migrations have run.
GRANT SELECT ON {schema}.HISTORY TO "PREFIX_ledger";
-- To give the space of deleted rows back; before PostgreSQL 17 only a table's owner may, and the job says that it did not.
DO $$
BEGIN
    IF current_setting('server_version_num')::int >= 170000 THEN
        GRANT MAINTAIN ON {customer_push_tokens}, {customer_xp_transactions}, {customer_credit_transactions}, {customer_ad_views},
            {match_comment_likes}, {scheduled_notifications}, {job_execution_logs} TO "PREFIX_ledger";
    END IF;
END
$$;

-- The console reads, and no push tokens: what it changes goes by Kafka.
GRANT SELECT ON {badges}, {customer_users}, {customer_badges}, {customer_oauth_identities}, {subscriptions}, {referrals}, {customer_xp},
    {customer_credits}, {match_comments}, {customer_daily_rewards}, {ts_prediction_mapped}, {reward_ledger},
    {scheduled_notifications}, {scheduled_notifications_archive}, {job_execution_logs}, {partners}, {partner_analytics},
    {schema}.job_run_shares, {schema}.job_runs, {schema}.campaign_variants TO "PREFIX_console";
GRANT SELECT ({customer_push_tokens.id}, {customer_push_tokens.customer_user_id}, {customer_push_tokens.is_active},
              {customer_push_tokens.platform})
    ON {customer_push_tokens} TO "PREFIX_console";
