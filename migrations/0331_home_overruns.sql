-- Homes that send more than they may: telemetry of theirs is left out, and the desk is told.
CREATE TABLE home_overruns (
    home_id  bigint NOT NULL REFERENCES homes ON DELETE CASCADE,
    what     text NOT NULL,           -- a code of ingest/quotas/overruns.py
    first_at timestamptz NOT NULL,
    last_at  timestamptz NOT NULL,
    times    bigint NOT NULL,
    PRIMARY KEY (home_id, what)
);
CREATE INDEX home_overruns_last ON home_overruns (last_at);
