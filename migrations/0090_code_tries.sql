-- Tries at the door of who comes with an alarm's code. Kept for a quarter of an hour.
CREATE TABLE code_tries (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code    text NOT NULL,
    ending  text NOT NULL,                       -- the last four digits of the number that was typed
    address text NOT NULL,                       -- where the request came from
    at      timestamptz NOT NULL
);
CREATE INDEX code_tries_at ON code_tries (at);
