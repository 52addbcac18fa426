-- A sending is named by its carrier and that carrier's id; each carrier's channels have a health of
-- their own.

ALTER TABLE notifications
    ADD COLUMN carrier   text NOT NULL DEFAULT '',               -- '': not chosen yet, or none needed
    ADD COLUMN template  text NOT NULL DEFAULT '',               -- which of our templates says the same
    ADD COLUMN tried_at  timestamptz,                            -- when its carrier was first asked
    DROP CONSTRAINT notifications_provider_id_key,
    ADD CONSTRAINT notifications_carrier_id_key UNIQUE (carrier, provider_id);
UPDATE notifications SET carrier = 'twilio'
WHERE channel IN ('sms', 'voice') AND (provider_id IS NOT NULL OR in_doubt);
-- What left to one telephone by one carrier is counted, over all alarms.
CREATE INDEX notifications_callee ON notifications (address, carrier, channel, tried_at)
    WHERE carrier <> '' AND tried_at IS NOT NULL;

-- How each channel of each carrier is: one row for all engines. carrier_health, which knew only
-- channels, is what processes of the version before still write; it goes in a later release.
CREATE TABLE carrier_channels (
    carrier    text NOT NULL,
    channel    text NOT NULL,
    refusals   integer NOT NULL DEFAULT 0,                       -- in a row; 0: it takes messages
    since      timestamptz NOT NULL,                             -- when the first of them was asked for
    tried_at   timestamptz NOT NULL,                             -- of the last
    not_before timestamptz NOT NULL,                             -- it asked us to wait until then
    fault      text NOT NULL,
    error_code text NOT NULL,
    reported   boolean NOT NULL DEFAULT false,                   -- it took the message, and failed later
    well_at    timestamptz,                                      -- when it was last found well again
    PRIMARY KEY (carrier, channel)
);
INSERT INTO carrier_channels
    (carrier, channel, refusals, since, tried_at, not_before, fault, error_code, reported, well_at)
SELECT 'twilio', channel, refusals, since, tried_at, not_before, fault, error_code, reported, well_at
FROM carrier_health;

-- Who empties a carrier's message queue: one engine at a time, until its lease is over.
CREATE TABLE carrier_queues (
    carrier    text NOT NULL,
    queue      text NOT NULL,
    held_by    text NOT NULL,
    held_until timestamptz NOT NULL,
    PRIMARY KEY (carrier, queue)
);
