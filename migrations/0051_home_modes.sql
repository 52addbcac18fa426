-- Test, away, maintenance, out of service: what a home is excused from, for a limited time.

CREATE TABLE home_modes (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    home_id      bigint NOT NULL REFERENCES homes,
    mode         text NOT NULL
        CHECK (mode IN ('test', 'away', 'maintenance', 'out_of_service')),
    starts_at    timestamptz NOT NULL,
    ends_at      timestamptz NOT NULL,
    set_by       bigint NOT NULL REFERENCES users,
    devices      integer[] NOT NULL DEFAULT '{}', -- test: those of the walk test
    hides_life   boolean NOT NULL DEFAULT false,  -- asked for; holds only with consent
    consented_by bigint REFERENCES users,
    consented_at timestamptz,
    ended_at     timestamptz,
    CHECK (ends_at > starts_at),
    CHECK (consented_by <> set_by)
);
CREATE UNIQUE INDEX home_modes_in_force ON home_modes (home_id, mode) WHERE ended_at IS NULL;
CREATE INDEX home_modes_ending ON home_modes (ends_at) WHERE ended_at IS NULL;

-- Who set what, when: append-only, ids and codes only.
CREATE TABLE home_mode_events (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    mode_id bigint NOT NULL REFERENCES home_modes,
    at      timestamptz NOT NULL,
    event   text NOT NULL,                        -- set | consented | kept_signal | ended
    actor   text NOT NULL,                        -- system | user:7
    via     text NOT NULL DEFAULT '',
    data    jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX home_mode_events_mode ON home_mode_events (mode_id, id);
CREATE TRIGGER home_mode_events_append_only BEFORE UPDATE OR DELETE ON home_mode_events
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER home_mode_events_no_truncate BEFORE TRUNCATE ON home_mode_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

ALTER TABLE signals ADD COLUMN suppressed_by bigint REFERENCES home_modes;
CREATE INDEX signals_suppressed ON signals (suppressed_by) WHERE suppressed_by IS NOT NULL;
