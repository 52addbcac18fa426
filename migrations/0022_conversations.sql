-- An operator talks with the home or somebody else through the carrier.
CREATE TABLE conversations (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alarm_id   bigint NOT NULL REFERENCES alarms,
    user_id    bigint NOT NULL REFERENCES users,
    started_at timestamptz NOT NULL,
    ended_at   timestamptz
);
CREATE UNIQUE INDEX conversations_one_live ON conversations (alarm_id, user_id)
    WHERE ended_at IS NULL;

-- Each telephone in it; the first is the operator's own.
CREATE TABLE conversation_legs (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    conversation_id bigint NOT NULL REFERENCES conversations,
    part            text NOT NULL CHECK (part IN ('operator', 'home', 'person', 'service')),
    person_id       bigint REFERENCES people,
    service         text NOT NULL DEFAULT '',                    -- 120, 119, …
    address         text NOT NULL,
    notification_id bigint UNIQUE REFERENCES notifications,      -- null: the operator is not there yet
    state           text NOT NULL DEFAULT 'WAITING'
        CHECK (state IN ('WAITING', 'CALLING', 'TALKING', 'ENDED', 'FAILED')),
    asked_at        timestamptz NOT NULL,
    answered_at     timestamptz,
    ended_at        timestamptz,
    seconds         integer
);
CREATE INDEX conversation_legs_conversation ON conversation_legs (conversation_id);
