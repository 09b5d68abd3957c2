-- What came of each text of a campaign that tries two. By share, as it was reported ({"A": {"items": …}, "B": {…}}) …
ALTER TABLE "${schema}".job_run_shares ADD COLUMN variants jsonb;

-- … and put together, to be asked: it stays when the shares are forgotten and the campaign is archived.
CREATE TABLE "${schema}".campaign_variants (
    campaign_id      uuid NOT NULL,
    variant          text NOT NULL CHECK (variant IN ('A', 'B')),  -- A: the campaign's own text; B: segment_filter.options.variant_b
    recipient_count  bigint NOT NULL,                              -- customers told
    success_count    bigint NOT NULL,                              -- of them, those of whom FCM accepted the push on some device
    failure_count    bigint NOT NULL,                              -- of them, those of whom it accepted none
    PRIMARY KEY (campaign_id, variant)
);
