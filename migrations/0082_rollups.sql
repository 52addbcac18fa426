-- What is left of readings when they are old: by hour and by day, device and metric.

CREATE TABLE metrics (
    id   smallint PRIMARY KEY,
    name text NOT NULL UNIQUE                    -- the column of readings
);
INSERT INTO metrics (id, name) VALUES
    (1, 'temperature'),
    (2, 'humidity'),
    (3, 'battery'),
    (4, 'battery_voltage'),
    (5, 'illuminance'),
    (6, 'pressure'),
    (7, 'co2'),
    (8, 'co'),
    (9, 'gas'),
    (10, 'smoke_density'),
    (11, 'voc'),
    (12, 'pm25'),
    (13, 'power'),
    (14, 'voltage'),
    (15, 'current'),
    (16, 'energy'),
    (17, 'water'),
    (18, 'water_flow'),
    (19, 'motion'),
    (20, 'presence'),
    (21, 'door'),
    (22, 'bed'),
    (23, 'heart_rate'),
    (24, 'breathing_rate'),
    (25, 'link_quality'),
    (26, 'rssi');

CREATE TABLE readings_hourly (
    device_id integer NOT NULL,
    metric    smallint NOT NULL,
    hour      timestamptz NOT NULL,              -- where it begins, UTC
    n         integer NOT NULL,
    least     real NOT NULL,
    greatest  real NOT NULL,
    last      double precision NOT NULL,         -- counters are read off by it
    total     double precision NOT NULL,         -- sum; the mean is total / n
    PRIMARY KEY (device_id, metric, hour)
);
CREATE TABLE readings_daily (
    device_id integer NOT NULL,
    metric    smallint NOT NULL,
    day       date NOT NULL,                     -- where the homes are
    n         integer NOT NULL,
    least     real NOT NULL,
    greatest  real NOT NULL,
    last      double precision NOT NULL,
    total     double precision NOT NULL,
    PRIMARY KEY (device_id, metric, day)
);

-- Hours that got a reading after their end. Rows are only added and taken away: a key would hide
-- one that is added while its like is being taken.
CREATE TABLE readings_late (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device_id integer NOT NULL,
    hour      timestamptz NOT NULL
);

-- How far the work has come; null: not begun.
CREATE TABLE rollup_state (
    one          boolean PRIMARY KEY DEFAULT true CHECK (one),
    hours_until  timestamptz,
    days_until   date
);
INSERT INTO rollup_state DEFAULT VALUES;
