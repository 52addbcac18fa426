-- Who is on duty when: weekly shifts, exceptions to them, and the holes that were found.

-- Shifts are wall-clock times where the area is. Null: as the area above; at the top: the
-- installation's own zone.
ALTER TABLE areas ADD COLUMN timezone text CHECK (timezone <> '');
-- Who is told when a plan reaches this area's supervisor.
ALTER TABLE areas ADD COLUMN supervisor_id bigint REFERENCES people;

ALTER TABLE responders
    ADD COLUMN latitude double precision CHECK (latitude BETWEEN -90 AND 90),
    ADD COLUMN longitude double precision CHECK (longitude BETWEEN -180 AND 180),
    ADD COLUMN skills text[] NOT NULL DEFAULT '{}';

CREATE TABLE shifts (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    responder_id bigint NOT NULL REFERENCES responders ON DELETE CASCADE,
    weekdays     smallint[] NOT NULL             -- ISO: 1 is Monday; the day on which it begins
        CHECK (cardinality(weekdays) >= 1 AND weekdays <@ '{1,2,3,4,5,6,7}'::smallint[]),
    starts       time NOT NULL,
    ends         time NOT NULL,                  -- not after `starts`: on the next day
    valid_from   date,                           -- first day on which it begins; null: always was
    valid_until  date,                           -- last day on which it begins; null: for good
    CHECK (valid_from <= valid_until)
);
CREATE INDEX shifts_responder ON shifts (responder_id);

CREATE TABLE duty_exceptions (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    responder_id bigint NOT NULL REFERENCES responders ON DELETE CASCADE,
    kind         text NOT NULL CHECK (kind IN ('absent', 'extra')),
    starts_at    timestamptz NOT NULL,
    ends_at      timestamptz NOT NULL,
    CHECK (starts_at < ends_at)
);
CREATE INDEX duty_exceptions_responder ON duty_exceptions (responder_id, ends_at);

-- Holes in the cover of the time ahead, as the last check found them.
CREATE TABLE cover_gaps (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    area_id    bigint NOT NULL REFERENCES areas,
    starts_at  timestamptz NOT NULL,
    ends_at    timestamptz NOT NULL,             -- or the end of what was looked at
    found_at   timestamptz NOT NULL,
    CHECK (starts_at < ends_at)
);
CREATE INDEX cover_gaps_area ON cover_gaps (area_id, starts_at);

-- At most one row: when it was last looked, and how far ahead.
CREATE TABLE cover_checks (
    one         boolean PRIMARY KEY DEFAULT true CHECK (one),
    checked_at  timestamptz NOT NULL,
    ahead_until timestamptz NOT NULL
);

-- What happened to each hole: found, closed in time, or passed with nobody there.
CREATE TABLE cover_events (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    area_id   bigint NOT NULL REFERENCES areas,
    at        timestamptz NOT NULL,
    event     text NOT NULL CHECK (event IN ('gap_found', 'gap_closed', 'gap_passed')),
    starts_at timestamptz NOT NULL,
    ends_at   timestamptz NOT NULL
);
CREATE INDEX cover_events_area ON cover_events (area_id, id);
CREATE INDEX cover_events_at ON cover_events (at);

CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER cover_events_append_only BEFORE UPDATE OR DELETE ON cover_events
    FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER cover_events_no_truncate BEFORE TRUNCATE ON cover_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
