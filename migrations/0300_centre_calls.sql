-- People telephone the centre: who rang, which operators' telephones were rung for them, who took the
-- call, and what became of one that nobody took.

-- Where a call can reach an operator. `since` null: their shift has not begun, nothing rings there.
CREATE TABLE desk_telephones (
    user_id bigint PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    phone   text,
    since   timestamptz
);

CREATE TABLE centre_calls (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    carrier     text NOT NULL,
    provider_id text NOT NULL,
    phone       text NOT NULL,                   -- '' when the number is withheld
    came_at     timestamptz NOT NULL,
    taken_by    bigint REFERENCES users,
    taken_at    timestamptz,
    missed_at   timestamptz,                     -- nobody took it; alarm or task since then
    alarm_id    bigint REFERENCES alarms,
    task_id     bigint REFERENCES tasks,
    called_back_at timestamptz,
    called_back_by bigint REFERENCES users,
    ended_at    timestamptz,
    UNIQUE (carrier, provider_id)
);
CREATE INDEX centre_calls_live ON centre_calls (came_at) WHERE ended_at IS NULL;
CREATE INDEX centre_calls_missed ON centre_calls (missed_at) WHERE missed_at IS NOT NULL;

CREATE TABLE centre_call_rings (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    call_id     bigint NOT NULL REFERENCES centre_calls,
    user_id     bigint NOT NULL REFERENCES users,
    phone       text NOT NULL,
    rung_at     timestamptz NOT NULL,
    ended_at    timestamptz,
    outcome     text NOT NULL DEFAULT '',        -- answered, or as the carrier says it
    UNIQUE (call_id, user_id)
);
CREATE INDEX centre_call_rings_user ON centre_call_rings (user_id, rung_at);

CREATE INDEX homes_phone ON homes (phone) WHERE phone IS NOT NULL;

-- What a telephone answers by itself says nothing of its owner.
ALTER TABLE inbound_messages ADD COLUMN automatic boolean NOT NULL DEFAULT false;

-- The centre itself makes tasks: to call back whom nobody could answer.
ALTER TABLE tasks ALTER COLUMN created_by DROP NOT NULL;
