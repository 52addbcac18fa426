-- Alarms, their journal, their timers, and everything that leaves the house because of them.

-- Escalation plans: versions are never changed, an alarm runs on the version it started with.
CREATE TABLE plans (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code       text NOT NULL,
    version    integer NOT NULL,
    kind       text,                             -- for this kind only; null: any
    home_id    bigint REFERENCES homes,          -- for this home only; null: any
    steps      jsonb NOT NULL,                   -- [{"after_seconds", "target", ...}], see alerts/escalation.py
    cycles     integer NOT NULL CHECK (cycles >= 2),
    created_at timestamptz NOT NULL,
    retired_at timestamptz,
    UNIQUE (code, version)
);
CREATE INDEX plans_home ON plans (home_id) WHERE retired_at IS NULL;

CREATE TABLE alarms (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code            text NOT NULL,               -- four characters for SMS and calls
    home_id         bigint REFERENCES homes,     -- null: an area's alarm
    area_id         bigint NOT NULL REFERENCES areas,
    device_id       integer REFERENCES devices,  -- the device that raised it
    kind            text NOT NULL,
    subject         text NOT NULL DEFAULT '',    -- technical alarms: one a device; else ''
    priority        smallint NOT NULL CHECK (priority BETWEEN 1 AND 4),
    state           text NOT NULL DEFAULT 'RAISED'
        CHECK (state IN ('RAISED', 'ACKNOWLEDGED', 'DISPATCHED', 'ON_SCENE', 'CLOSED')),
    raised_at       timestamptz NOT NULL,        -- when the centre knew
    occurred_at     timestamptz NOT NULL,        -- when it happened at home, as far as we trust it
    late            boolean NOT NULL DEFAULT false,
    count           integer NOT NULL DEFAULT 1,
    last_signal_at  timestamptz NOT NULL,
    cleared_at      timestamptz,
    owner_id        bigint REFERENCES users,
    acknowledged_at timestamptz,
    on_scene_at     timestamptz,
    closed_at       timestamptz,
    outcome         text,
    plan_id         bigint REFERENCES plans,
    shelved_until   timestamptz,
    inhibited_by    bigint REFERENCES alarms,    -- child of an area outage
    linked_to       bigint REFERENCES alarms,
    version         integer NOT NULL DEFAULT 1,  -- goes up with every change, for the screens
    CHECK ((state = 'CLOSED') = (closed_at IS NOT NULL)),
    CHECK ((state = 'CLOSED') = (outcome IS NOT NULL))
);
-- The same open alarm again is a repeat; smoke and a button are two alarms.
CREATE UNIQUE INDEX alarms_one_open ON alarms (area_id, home_id, kind, subject)
    NULLS NOT DISTINCT WHERE state <> 'CLOSED';
CREATE UNIQUE INDEX alarms_open_code ON alarms (code) WHERE state <> 'CLOSED';
CREATE INDEX alarms_queue ON alarms (priority, raised_at) WHERE state <> 'CLOSED';
CREATE INDEX alarms_home ON alarms (home_id, raised_at DESC);
CREATE INDEX alarms_closed ON alarms (raised_at DESC, id DESC);

ALTER TABLE signals ADD FOREIGN KEY (alarm_id) REFERENCES alarms;

-- The journal: append-only, ids and codes only.
CREATE TABLE alarm_events (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alarm_id  bigint NOT NULL REFERENCES alarms,
    at        timestamptz NOT NULL,
    event     text NOT NULL,
    actor     text NOT NULL,                     -- system | hub | user:7 | contact:12 | responder:4
    via       text NOT NULL DEFAULT '',          -- console | sms | voice | page | api | mqtt
    data      jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX alarm_events_alarm ON alarm_events (alarm_id, id);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the alarm journal is append-only: % refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER alarm_events_append_only BEFORE UPDATE OR DELETE ON alarm_events
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER alarm_events_no_truncate BEFORE TRUNCATE ON alarm_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Free text about an alarm, erasable.
CREATE TABLE notes (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alarm_id  bigint NOT NULL REFERENCES alarms,
    at        timestamptz NOT NULL,
    actor     text NOT NULL,
    text      text NOT NULL
);
CREATE INDEX notes_alarm ON notes (alarm_id);

-- What is due: a plan's next step, a re-alarm, a deadline. Fired by whichever engine comes first.
CREATE TABLE timers (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alarm_id  bigint NOT NULL REFERENCES alarms,
    kind      text NOT NULL,
    ref       text NOT NULL DEFAULT '',          -- e.g. the dispatch a deadline is for
    due_at    timestamptz NOT NULL,
    data      jsonb NOT NULL DEFAULT '{}',
    UNIQUE (alarm_id, kind, ref)
);
CREATE INDEX timers_due ON timers (due_at);

CREATE TABLE responses (
    alarm_id  bigint NOT NULL REFERENCES alarms,
    person_id bigint NOT NULL REFERENCES people,
    answer    text NOT NULL CHECK (answer IN ('going', 'cannot', 'seen')),
    at        timestamptz NOT NULL,
    via       text NOT NULL,
    PRIMARY KEY (alarm_id, person_id)
);

CREATE TABLE dispatches (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alarm_id     bigint NOT NULL REFERENCES alarms,
    responder_id bigint NOT NULL REFERENCES responders,
    state        text NOT NULL CHECK (state IN
        ('OFFERED', 'ACCEPTED', 'DECLINED', 'NO_ANSWER', 'EN_ROUTE', 'ARRIVED', 'DONE', 'CANCELLED')),
    offered_by   bigint REFERENCES users,        -- null: offered by the plan
    offered_at   timestamptz NOT NULL,
    answered_at  timestamptz,
    arrived_at   timestamptz,
    done_at      timestamptz,
    eta_minutes  integer,
    finding      text
);
CREATE UNIQUE INDEX dispatches_one_live ON dispatches (alarm_id, responder_id)
    WHERE state IN ('OFFERED', 'ACCEPTED', 'EN_ROUTE', 'ARRIVED');
CREATE INDEX dispatches_alarm ON dispatches (alarm_id);
CREATE INDEX dispatches_responder ON dispatches (responder_id, offered_at DESC);

-- The outbox: claimed, sent outside any transaction, recorded.
CREATE TABLE notifications (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alarm_id     bigint REFERENCES alarms,
    dispatch_id  bigint REFERENCES dispatches,
    person_id    bigint REFERENCES people,
    purpose      text NOT NULL,                  -- alarm | offer | told | over | answer
    channel      text NOT NULL,                  -- sms | voice | hub
    lane         smallint NOT NULL CHECK (lane IN (1, 2)),  -- 1: life, on a sender of its own
    address      text NOT NULL,
    body         text NOT NULL,
    dedupe       text NOT NULL UNIQUE,           -- one step, person and channel: one message
    state        text NOT NULL DEFAULT 'QUEUED' CHECK (state IN
        ('QUEUED', 'SENDING', 'SENT', 'DELIVERED', 'FAILED', 'CANCELLED')),
    due_at       timestamptz NOT NULL,
    attempts     integer NOT NULL DEFAULT 0,
    claimed_by   text,
    claimed_at   timestamptz,
    provider_id  text UNIQUE,                    -- the carrier's id
    provider_rank smallint NOT NULL DEFAULT 0,   -- how far its callbacks have come
    error_code   text,
    created_at   timestamptz NOT NULL,
    sent_at      timestamptz,
    finished_at  timestamptz                     -- delivered or failed
);
CREATE INDEX notifications_queued ON notifications (lane, due_at, channel) WHERE state = 'QUEUED';
CREATE INDEX notifications_sending ON notifications (claimed_at) WHERE state = 'SENDING';
CREATE INDEX notifications_alarm ON notifications (alarm_id);

-- What people wrote back, threaded by person.
CREATE TABLE inbound_messages (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id text NOT NULL UNIQUE,            -- the carrier repeats its callbacks
    received_at timestamptz NOT NULL,
    address     text NOT NULL,
    person_id   bigint REFERENCES people,
    alarm_id    bigint REFERENCES alarms,
    understood  text NOT NULL,                   -- going | cannot | seen | accept | decline | stop | start | text
    body        text NOT NULL
);
CREATE INDEX inbound_messages_person ON inbound_messages (person_id, received_at);

INSERT INTO plans (code, version, steps, cycles, created_at) VALUES
('default', 1, '[
  {"after_seconds": 0,   "target": "console"},
  {"after_seconds": 0,   "target": "contact", "position": 1},
  {"after_seconds": 60,  "target": "grid_responder"},
  {"after_seconds": 60,  "target": "contact", "position": 2},
  {"after_seconds": 60,  "target": "contact", "position": 3},
  {"after_seconds": 60,  "target": "contacts"},
  {"after_seconds": 60,  "target": "console"}
]', 2, '2000-01-01T00:00:00Z');
