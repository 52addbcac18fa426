-- Readings by hour and by day, and what is kept how long.

-- name: state
SELECT hours_until, days_until FROM rollup_state

-- name: advance_hours
UPDATE rollup_state SET hours_until = %(until)s

-- name: advance_days
UPDATE rollup_state SET days_until = %(until)s

-- name: first_reading
-- By each device's own index: there is none on the time alone.
SELECT min(f.at) FROM devices d CROSS JOIN LATERAL (
    SELECT r.at FROM readings r WHERE r.device_id = d.id ORDER BY r.at LIMIT 1
) f

-- name: roll_hours
-- All of these hours anew, from what is stored now.
INSERT INTO readings_hourly (device_id, metric, hour, n, least, greatest, last, total)
SELECT w.device_id, v.metric, w.hour, count(*), min(v.value), max(v.value),
    (array_agg(v.value ORDER BY r.at DESC))[1], sum(v.value)
FROM unnest(%(devices)s::int[], %(hours)s::timestamptz[]) AS w (device_id, hour)
CROSS JOIN LATERAL (
    SELECT * FROM readings r WHERE r.device_id = w.device_id
        AND r.at >= w.hour AND r.at < w.hour + interval '1 hour'
) r
CROSS JOIN LATERAL (VALUES
    (1, r.temperature::float8),
    (2, r.humidity::float8),
    (3, r.battery::float8),
    (4, r.battery_voltage::float8),
    (5, r.illuminance::float8),
    (6, r.pressure::float8),
    (7, r.co2::float8),
    (8, r.co::float8),
    (9, r.gas::float8),
    (10, r.smoke_density::float8),
    (11, r.voc::float8),
    (12, r.pm25::float8),
    (13, r.power::float8),
    (14, r.voltage::float8),
    (15, r.current::float8),
    (16, r.energy::float8),
    (17, r.water::float8),
    (18, r.water_flow::float8),
    (19, r.motion::float8),
    (20, r.presence::float8),
    (21, r.door::float8),
    (22, r.bed::float8),
    (23, r.heart_rate::float8),
    (24, r.breathing_rate::float8),
    (25, r.link_quality::float8),
    (26, r.rssi::float8)
) v (metric, value)
WHERE v.value IS NOT NULL
GROUP BY w.device_id, v.metric, w.hour
ON CONFLICT (device_id, metric, hour) DO UPDATE SET n = EXCLUDED.n, least = EXCLUDED.least,
    greatest = EXCLUDED.greatest, last = EXCLUDED.last, total = EXCLUDED.total

-- name: roll_days
-- A day's hours are those that begin in it, where the device is.
INSERT INTO readings_daily (device_id, metric, day, n, least, greatest, last, total)
SELECT w.device_id, h.metric, w.day, sum(h.n), min(h.least), max(h.greatest),
    (array_agg(h.last ORDER BY h.hour DESC))[1], sum(h.total)
FROM unnest(%(devices)s::int[], %(days)s::date[], %(zones)s::text[]) AS w (device_id, day, zone)
JOIN readings_hourly h ON h.device_id = w.device_id
    AND h.hour >= w.day::timestamp AT TIME ZONE w.zone
    AND h.hour < (w.day + 1)::timestamp AT TIME ZONE w.zone
GROUP BY w.device_id, h.metric, w.day
ON CONFLICT (device_id, metric, day) DO UPDATE SET n = EXCLUDED.n, least = EXCLUDED.least,
    greatest = EXCLUDED.greatest, last = EXCLUDED.last, total = EXCLUDED.total

-- name: some_devices
SELECT id FROM devices WHERE id > %(after)s ORDER BY id LIMIT %(limit)s

-- name: areas_of
SELECT d.id, h.area_id FROM devices d JOIN homes h ON h.id = d.home_id
WHERE d.id = ANY (%(devices)s)

-- name: take_late
DELETE FROM readings_late WHERE id IN (
    SELECT id FROM readings_late ORDER BY id LIMIT %(limit)s
) RETURNING device_id, hour

-- name: drop_old_readings
-- Runs as the tables' owner. Whole chunks of a hypertable; false: an ordinary table.
SELECT drop_old_readings(%(before)s)

-- name: delete_readings
DELETE FROM readings WHERE device_id = ANY (%(devices)s) AND at < %(before)s

-- name: delete_hourly
-- The old hours of some devices, at most so many a metric. One step to the next metric of a device
-- and one range of each: a server without skip scan (PostgreSQL before 18) would read every entry
-- of the devices to find none that is old.
WITH RECURSIVE parts (device_id, metric) AS (
    SELECT d.id, (SELECT min(r.metric) FROM readings_hourly r WHERE r.device_id = d.id)
    FROM unnest(%(devices)s::int[]) AS d (id)
    UNION ALL
    SELECT p.device_id, (SELECT min(r.metric) FROM readings_hourly r
        WHERE r.device_id = p.device_id AND r.metric > p.metric)
    FROM parts p WHERE p.metric IS NOT NULL
)
DELETE FROM readings_hourly WHERE ctid = ANY (ARRAY(
    SELECT old.row FROM parts p CROSS JOIN LATERAL (
        SELECT r.ctid AS row FROM readings_hourly r
        WHERE r.device_id = p.device_id AND r.metric = p.metric AND r.hour < %(before)s
        ORDER BY r.hour LIMIT %(most)s) AS old
    WHERE p.metric IS NOT NULL))

-- name: delete_daily
-- As delete_hourly.
WITH RECURSIVE parts (device_id, metric) AS (
    SELECT d.id, (SELECT min(r.metric) FROM readings_daily r WHERE r.device_id = d.id)
    FROM unnest(%(devices)s::int[]) AS d (id)
    UNION ALL
    SELECT p.device_id, (SELECT min(r.metric) FROM readings_daily r
        WHERE r.device_id = p.device_id AND r.metric > p.metric)
    FROM parts p WHERE p.metric IS NOT NULL
)
DELETE FROM readings_daily WHERE ctid = ANY (ARRAY(
    SELECT old.row FROM parts p CROSS JOIN LATERAL (
        SELECT r.ctid AS row FROM readings_daily r
        WHERE r.device_id = p.device_id AND r.metric = p.metric AND r.day < %(before)s
        ORDER BY r.day LIMIT %(most)s) AS old
    WHERE p.metric IS NOT NULL))

-- name: try_lock
SELECT pg_try_advisory_lock(%(key)s)

-- name: unlock
SELECT pg_advisory_unlock(%(key)s)
