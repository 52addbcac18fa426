-- What a carrier refuses without the message being at fault waits, and leaves when it is well again.

ALTER TABLE notifications
    ADD COLUMN fault      text CHECK (fault IN ('carrier', 'account')),  -- why it waits; null: it does not
    ADD COLUMN refusals   integer NOT NULL DEFAULT 0,                    -- how often; no tries of its own
    ADD COLUMN refused_at timestamptz,                                   -- since when
    ADD COLUMN in_doubt   boolean NOT NULL DEFAULT false,                -- an earlier try may have left
    DROP CONSTRAINT notifications_lane_check,
    ADD CONSTRAINT notifications_lane_check CHECK (lane IN (1, 2, 3)) NOT VALID;
-- 1: life, on a sender of its own; 3: a person at risk; 2: comfort and technical.
UPDATE notifications SET in_doubt = true WHERE state = 'QUEUED' AND attempts > 0;
ALTER TABLE notifications VALIDATE CONSTRAINT notifications_lane_check;
CREATE INDEX notifications_refused ON notifications (channel, lane, claimed_at)
    WHERE state = 'QUEUED' AND fault IS NOT NULL;

-- How each channel's carrier is: one row for all engines.
CREATE TABLE carrier_health (
    channel    text PRIMARY KEY,
    refusals   integer NOT NULL DEFAULT 0,                       -- in a row; 0: it takes messages
    since      timestamptz NOT NULL,                             -- of the first of them
    tried_at   timestamptz NOT NULL,                             -- of the last
    not_before timestamptz NOT NULL,                             -- it asked us to wait until then
    fault      text NOT NULL,
    error_code text NOT NULL,
    reported   boolean NOT NULL DEFAULT false,                   -- it took the message, and failed later
    well_at    timestamptz                                       -- when it was last found well again
);
