-- Where old rows go before they are deleted (SPEC, old-logs-cleanup): each archive has the columns of its table as they are now, and
-- archived_at. No foreign keys (what a row refers to may go), no unique or NOT NULL constraints but those of the id: what was allowed once
-- is kept. A table that gains a column later needs it in its archive too; until then the job refuses that table and says so.

CREATE TABLE "${schema}"."${customer_xp_transactions_archive}" AS
    SELECT t.*, now() AS archived_at FROM "${schema}"."${customer_xp_transactions}" t WITH NO DATA;
ALTER TABLE "${schema}"."${customer_xp_transactions_archive}"
    ADD PRIMARY KEY ("${customer_xp_transactions__id}"), ALTER archived_at SET DEFAULT now(), ALTER archived_at SET NOT NULL;

CREATE TABLE "${schema}"."${customer_credit_transactions_archive}" AS
    SELECT t.*, now() AS archived_at FROM "${schema}"."${customer_credit_transactions}" t WITH NO DATA;
ALTER TABLE "${schema}"."${customer_credit_transactions_archive}"
    ADD PRIMARY KEY ("${customer_credit_transactions__id}"), ALTER archived_at SET DEFAULT now(), ALTER archived_at SET NOT NULL;

CREATE TABLE "${schema}"."${customer_ad_views_archive}" AS
    SELECT t.*, now() AS archived_at FROM "${schema}"."${customer_ad_views}" t WITH NO DATA;
ALTER TABLE "${schema}"."${customer_ad_views_archive}"
    ADD PRIMARY KEY ("${customer_ad_views__id}"), ALTER archived_at SET DEFAULT now(), ALTER archived_at SET NOT NULL;

CREATE TABLE "${schema}"."${match_comment_likes_archive}" AS
    SELECT t.*, now() AS archived_at FROM "${schema}"."${match_comment_likes}" t WITH NO DATA;
ALTER TABLE "${schema}"."${match_comment_likes_archive}"
    ADD PRIMARY KEY ("${match_comment_likes__id}"), ALTER archived_at SET DEFAULT now(), ALTER archived_at SET NOT NULL;

CREATE TABLE "${schema}"."${scheduled_notifications_archive}" AS
    SELECT t.*, now() AS archived_at FROM "${schema}"."${scheduled_notifications}" t WITH NO DATA;
ALTER TABLE "${schema}"."${scheduled_notifications_archive}"
    ADD PRIMARY KEY ("${scheduled_notifications__id}"), ALTER archived_at SET DEFAULT now(), ALTER archived_at SET NOT NULL;

CREATE TABLE "${schema}"."${job_execution_logs_archive}" AS
    SELECT t.*, now() AS archived_at FROM "${schema}"."${job_execution_logs}" t WITH NO DATA;
ALTER TABLE "${schema}"."${job_execution_logs_archive}"
    ADD PRIMARY KEY ("${job_execution_logs__id}"), ALTER archived_at SET DEFAULT now(), ALTER archived_at SET NOT NULL;
