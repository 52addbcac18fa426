-- How often a log-in was tried, and by whom it is attacked. login_failures is not written any more;
-- processes of the version before still do while this one is brought in.
CREATE TABLE login_throttle (
    key     text PRIMARY KEY,                    -- a limit and whom it is for, names and addresses hashed
    hits    integer NOT NULL,
    ends_at timestamptz NOT NULL                 -- of the window: what is older counts no more
);
CREATE INDEX login_throttle_ends ON login_throttle (ends_at);

-- For the desk: who is guessed at, from where. Only names that somebody has: what else was typed may
-- be a password in the wrong field.
CREATE TABLE login_attacks (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id  bigint REFERENCES users ON DELETE CASCADE, -- null: an address that tries many names
    address  text,                               -- null: a name that is tried from many addresses
    first_at timestamptz NOT NULL,
    last_at  timestamptz NOT NULL,
    refused  integer NOT NULL DEFAULT 1,         -- tries that were not looked at
    UNIQUE NULLS NOT DISTINCT (user_id, address)
);
CREATE INDEX login_attacks_last ON login_attacks (last_at);
