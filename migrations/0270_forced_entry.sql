-- Signed consents to a door being forced, and the doors that were forced. What people wrote can be
-- erased; rows stay: who may have decided what, and when, is asked years later.

CREATE TABLE entry_consents (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    home_id      bigint NOT NULL REFERENCES homes,
    person_id    bigint NOT NULL REFERENCES people,  -- the resident who has signed
    given_on     date NOT NULL,
    document     text NOT NULL DEFAULT '',           -- where the signed paper is
    recorded_by  bigint NOT NULL REFERENCES users,
    recorded_at  timestamptz NOT NULL,
    withdrawn_at timestamptz,
    withdrawn_by bigint REFERENCES users,
    CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL))
);
CREATE INDEX entry_consents_home ON entry_consents (home_id, id);
CREATE UNIQUE INDEX entry_consents_in_force ON entry_consents (home_id, person_id)
    WHERE withdrawn_at IS NULL;

CREATE TABLE forced_entries (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alarm_id        bigint NOT NULL REFERENCES alarms,
    decided_by      bigint NOT NULL REFERENCES users,
    decided_at      timestamptz NOT NULL,
    consent_id      bigint REFERENCES entry_consents,    -- in force then; null: there was none
    police_present  boolean NOT NULL,
    life_in_danger  boolean NOT NULL,
    police          text NOT NULL DEFAULT '',            -- an officer's name, 110's number for it
    reason          text NOT NULL DEFAULT '',            -- what was seen and heard
    locksmith       text NOT NULL DEFAULT '',
    locksmith_phone text NOT NULL DEFAULT '',            -- as it was written
    entered_at      timestamptz,                         -- null: not yet, or not at all
    called_off_at   timestamptz,                         -- opened otherwise: nothing was forced
    secured_at      timestamptz,
    secured_by      bigint REFERENCES users,
    secured_how     text NOT NULL DEFAULT '',            -- who has secured the door, and how
    task_id         bigint REFERENCES tasks,             -- so that securing it is not forgotten
    CHECK ((secured_at IS NULL) = (secured_by IS NULL)),
    CHECK (called_off_at IS NULL OR (entered_at IS NULL AND secured_at IS NULL))
);
CREATE INDEX forced_entries_alarm ON forced_entries (alarm_id);
CREATE INDEX forced_entries_task ON forced_entries (task_id);
CREATE UNIQUE INDEX forced_entries_one_open ON forced_entries (alarm_id)
    WHERE secured_at IS NULL AND called_off_at IS NULL;
