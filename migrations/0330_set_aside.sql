-- Messages that end the process which takes them in. Who holds a lane notes whether the one before let
-- go of it in order; if not, what it had not acknowledged is taken in one by one, each noted before.
CREATE TABLE lane_holders (
    lane     text PRIMARY KEY,
    token    text NOT NULL,           -- tells holders apart
    in_order boolean NOT NULL,        -- it has let go of the lane itself
    working  bytea                    -- the message it was at, while it took them in one by one
);
CREATE TABLE suspects (
    digest    bytea PRIMARY KEY,      -- of topic, payload and mark of a retained message
    noted_at  timestamptz NOT NULL,
    letter_id bigint REFERENCES dead_letters ON DELETE CASCADE,  -- once it has come again
    tried_at  timestamptz             -- when a process of its own has taken it in, or died of it
);
CREATE INDEX suspects_letter ON suspects (letter_id);
