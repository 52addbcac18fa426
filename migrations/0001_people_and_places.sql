-- Who lives where, who is to be told, who can come.
--
-- One master record a person (people), whatever the part played: resident, contact, key holder,
-- responder, operator. Names, numbers and free text live here and can be erased; the alarm
-- journal only ever holds ids and codes.
--
-- No column defaults to now(): time comes from the one clock of the installation.

CREATE TABLE areas (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    parent_id  bigint REFERENCES areas,
    level      text NOT NULL CHECK (level IN ('district', 'community', 'grid')),
    code       text NOT NULL UNIQUE,
    name       text NOT NULL
);
CREATE INDEX areas_parent ON areas (parent_id);

CREATE TABLE people (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL,
    phone      text CHECK (phone ~ '^\+[1-9][0-9]{6,14}$'),      -- E.164
    language   text NOT NULL DEFAULT 'zh' CHECK (language IN ('zh', 'en')),
    opted_out_at timestamptz,                                    -- STOP received for SMS
    erased_at  timestamptz
);
CREATE INDEX people_phone ON people (phone);

CREATE TABLE homes (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code         text NOT NULL UNIQUE CHECK (code ~ '^[A-Za-z0-9_-]{1,32}$'),
    area_id      bigint NOT NULL REFERENCES areas,
    address      text NOT NULL,
    phone        text CHECK (phone ~ '^\+[1-9][0-9]{6,14}$'),    -- the hub's or the flat's own
    access_notes text NOT NULL DEFAULT '',                       -- door code, key box, dog
    latitude     double precision CHECK (latitude BETWEEN -90 AND 90),
    longitude    double precision CHECK (longitude BETWEEN -180 AND 180),
    created_at   timestamptz NOT NULL
);
CREATE INDEX homes_area ON homes (area_id);

CREATE TABLE residents (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    home_id    bigint NOT NULL REFERENCES homes,
    person_id  bigint NOT NULL REFERENCES people,
    birth_year integer CHECK (birth_year BETWEEN 1880 AND 2100),
    risks      text NOT NULL DEFAULT '',                         -- what a responder must know
    UNIQUE (home_id, person_id)
);

CREATE TABLE contacts (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    home_id    bigint NOT NULL REFERENCES homes,
    person_id  bigint NOT NULL REFERENCES people,
    position   integer NOT NULL CHECK (position >= 1),           -- 1 is asked first
    relation   text NOT NULL DEFAULT '',
    UNIQUE (home_id, person_id)
);

CREATE TABLE key_holders (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    home_id    bigint NOT NULL REFERENCES homes,
    person_id  bigint NOT NULL REFERENCES people,
    note       text NOT NULL DEFAULT '',
    UNIQUE (home_id, person_id)
);

CREATE TABLE responders (
    person_id  bigint PRIMARY KEY REFERENCES people,
    kind       text NOT NULL CHECK (kind IN ('grid_worker', 'station', 'property', 'volunteer')),
    area_id    bigint NOT NULL REFERENCES areas,
    on_duty    boolean NOT NULL DEFAULT true
);
CREATE INDEX responders_area ON responders (area_id);

CREATE TABLE users (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id     bigint NOT NULL REFERENCES people,
    username      text NOT NULL UNIQUE CHECK (username ~ '^[a-z0-9._-]{1,64}$'),
    password_hash text NOT NULL,                                  -- argon2id
    role          text NOT NULL
        CHECK (role IN ('operator', 'supervisor', 'admin', 'family', 'responder', 'installer')),
    created_at    timestamptz NOT NULL,
    disabled_at   timestamptz
);

CREATE TABLE sessions (
    token_hash   bytea PRIMARY KEY,                               -- SHA-256 of the cookie
    user_id      bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    csrf         text NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE tokens (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_hash   bytea NOT NULL UNIQUE,                           -- SHA-256 of the bearer token
    user_id      bigint NOT NULL REFERENCES users ON DELETE CASCADE,
    label        text NOT NULL,
    created_at   timestamptz NOT NULL,
    revoked_at   timestamptz
);

-- Failed log-ins, for throttling by name and by address.
CREATE TABLE login_failures (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    username   text NOT NULL,
    address    text NOT NULL,
    at         timestamptz NOT NULL
);
CREATE INDEX login_failures_username ON login_failures (username, at);
CREATE INDEX login_failures_address ON login_failures (address, at);
