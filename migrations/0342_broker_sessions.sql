-- The secrets in the names of our sessions at the broker. They are kept here and not made from another
-- setting anew with each start: a changed setting would leave a queue of presses to nobody.
CREATE TABLE broker_sessions (
    secret     text PRIMARY KEY,
    created_at timestamptz NOT NULL,
    is_current boolean NOT NULL,                 -- false: an earlier one, whose queue is to be emptied
    emptied    text[] NOT NULL DEFAULT '{}'      -- lanes whose earlier queue is empty, and ended
);
CREATE UNIQUE INDEX broker_sessions_current ON broker_sessions (is_current) WHERE is_current;
