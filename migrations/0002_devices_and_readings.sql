-- What hangs in the homes, and what it says.

CREATE TABLE hubs (
    home_id      bigint PRIMARY KEY REFERENCES homes,
    online       boolean,                        -- null: never heard of
    changed_at   timestamptz,                    -- when `online` last changed
    last_seen_at timestamptz,
    added_at     timestamptz NOT NULL,           -- when its broker log-in was made
    revoked_at   timestamptz
);

CREATE TABLE devices (
    id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    home_id      bigint NOT NULL REFERENCES homes,
    code         text NOT NULL CHECK (code <> '' AND length(code) <= 128),
    dialect      text NOT NULL DEFAULT 'native',
    model        text NOT NULL DEFAULT '',
    role         text NOT NULL DEFAULT '',       -- what it is there for, set by the installer
    room         text NOT NULL DEFAULT '',
    online       boolean,
    found_at     timestamptz NOT NULL,
    bound_at     timestamptz,                    -- null: found, nobody has placed it yet
    last_seen_at timestamptz,
    upto         bigint,                         -- highest reading seq stored with its arrival time
    UNIQUE (home_id, code)
);

-- Signals that state something: a call, smoke, a fault. Never thinned out.
CREATE TABLE signals (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    home_id     bigint NOT NULL REFERENCES homes,
    device_id   integer NOT NULL REFERENCES devices,
    signal_id   text,                            -- the hub's own id: the same id is the same signal
    kind        text NOT NULL,
    active      boolean NOT NULL,
    test        boolean NOT NULL,
    at          timestamptz NOT NULL,            -- trusted time: the device's, else arrival
    received_at timestamptz NOT NULL,
    device_time boolean NOT NULL,                -- whether `at` is the device's own
    late        boolean NOT NULL,
    alarm_id    bigint
);
CREATE UNIQUE INDEX signals_identity ON signals (home_id, device_id, signal_id)
    WHERE signal_id IS NOT NULL;
CREATE INDEX signals_home ON signals (home_id, received_at);

-- One row a report, one nullable column a metric: an absent metric costs one bit, so that three
-- values cost one row header and one index entry instead of three.
CREATE TABLE readings (
    at             timestamptz NOT NULL,
    device_id      integer NOT NULL,
    temperature    real,     -- °C
    humidity       real,     -- % relative
    battery        real,     -- %
    battery_voltage real,    -- V
    illuminance    real,     -- lx
    pressure       real,     -- hPa
    co2            real,     -- ppm
    co             real,     -- ppm
    gas            real,     -- % of the lower explosive limit
    smoke_density  real,     -- dB/m
    voc            real,     -- ppb
    pm25           real,     -- µg/m³
    power          real,     -- W
    voltage        real,     -- V
    current        real,     -- A
    energy         double precision, -- kWh, counter
    water          double precision, -- m³, counter
    water_flow     real,     -- m³/h
    motion         real,     -- 1 moving, 0 not
    presence       real,     -- 1 somebody there
    door           real,     -- 1 open
    bed            real,     -- 1 in bed
    heart_rate     real,     -- 1/min
    breathing_rate real,     -- 1/min
    link_quality   real,     -- 0..255, as the radio reports it
    rssi           real,     -- dBm
    arrival_time   boolean,  -- true: `at` is the time of arrival, the device gave none we trust
    UNIQUE (device_id, at)
);

-- What could not be read or belongs to nobody we know; replayed after a fix.
CREATE TABLE dead_letters (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    received_at timestamptz NOT NULL,
    topic       text NOT NULL,
    payload     bytea NOT NULL,
    payload_size integer NOT NULL,               -- bytes on the wire; the payload is cut at 64 KiB
    reason      text NOT NULL,
    replayed_at timestamptz
);
CREATE INDEX dead_letters_received ON dead_letters (received_at);
