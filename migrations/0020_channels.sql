-- A person's ways: which channels, in which order, for what, and when not.

CREATE TABLE person_channels (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id bigint NOT NULL REFERENCES people,
    position  integer NOT NULL CHECK (position >= 1),            -- 1 is tried first
    channel   text NOT NULL CHECK (channel IN ('sms', 'voice', 'apprise')),
    address   text NOT NULL DEFAULT '',                          -- apprise: its URL, a secret
    UNIQUE (person_id, position),
    CHECK ((channel = 'apprise') = (address <> ''))
);

CREATE TABLE person_wishes (
    person_id  bigint PRIMARY KEY REFERENCES people,
    kinds      text[],                                           -- null: all; life-safety always
    quiet_from time,                                             -- wall clock of the homes
    quiet_to   time,
    CHECK ((quiet_from IS NULL) = (quiet_to IS NULL))
);

-- Who has stopped which sender: another sender of ours, and calls, still may.
CREATE TABLE sms_stops (
    phone  text NOT NULL,
    sender text NOT NULL,                                        -- number or service; '': all
    at     timestamptz NOT NULL,
    PRIMARY KEY (phone, sender)
);
INSERT INTO sms_stops (phone, sender, at)
SELECT phone, '', max(opted_out_at) FROM people
WHERE opted_out_at IS NOT NULL AND phone IS NOT NULL GROUP BY phone;

ALTER TABLE notifications
    ADD COLUMN chain        text NOT NULL DEFAULT '',            -- one message to one person, whichever way
    ADD COLUMN spoken       text NOT NULL DEFAULT '',            -- what a call says; '': the body
    ADD COLUMN fields       jsonb NOT NULL DEFAULT '{}',         -- for registered templates
    ADD COLUMN urgency      smallint NOT NULL DEFAULT 4,         -- the alarm's priority
    ADD COLUMN bundle       boolean NOT NULL DEFAULT false,      -- may be joined with its like
    ADD COLUMN bundled_into bigint REFERENCES notifications;
CREATE INDEX notifications_rest ON notifications (urgency, due_at, id)
    WHERE state = 'QUEUED' AND lane = 2;
CREATE INDEX notifications_bundle ON notifications (person_id, channel)
    WHERE state = 'QUEUED' AND bundle;
CREATE INDEX notifications_chain ON notifications (chain) WHERE chain <> '';
CREATE INDEX notifications_address ON notifications (address, created_at) WHERE channel = 'sms';

-- When the carrier's metered sender is free again: one row for all engines.
CREATE TABLE meters (
    lane    smallint PRIMARY KEY,
    free_at timestamptz NOT NULL
);
INSERT INTO meters (lane, free_at) VALUES (2, '2000-01-01T00:00:00Z');
