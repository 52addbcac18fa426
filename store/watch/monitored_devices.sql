-- Hubs and devices that have fallen silent, and area outages.

-- name: try_lock_monitoring
-- One engine at a time monitors: two would each see half of an outage.
SELECT pg_try_advisory_xact_lock(7236451910)

-- name: due_hubs
-- Those to be looked at that are not known to be down. Never waits for whoever writes them.
SELECT u.home_id, h.area_id, u.report_seconds, u.online, u.changed_at, u.last_seen_at, u.back_at,
    u.down_since, u.alarm_id, u.added_at
FROM hubs u JOIN homes h ON h.id = u.home_id
WHERE u.revoked_at IS NULL AND u.alarm_id IS NULL AND u.down_since IS NULL AND u.check_at <= %(now)s
ORDER BY u.check_at
LIMIT %(limit)s
FOR NO KEY UPDATE OF u SKIP LOCKED

-- name: postpone_hubs
UPDATE hubs u SET check_at = s.at
FROM unnest(%(ids)s::bigint[], %(ats)s::timestamptz[]) AS s (id, at)
WHERE u.home_id = s.id

-- name: mark_hubs_down
UPDATE hubs SET down_since = %(now)s, check_at = %(now)s WHERE home_id = ANY (%(ids)s)

-- name: unraised_hubs
-- Down, but without an alarm yet, and not heard since.
SELECT u.home_id, h.area_id, u.report_seconds, u.online, u.changed_at, u.last_seen_at, u.back_at,
    u.down_since, u.alarm_id, u.added_at
FROM hubs u JOIN homes h ON h.id = u.home_id
WHERE u.revoked_at IS NULL AND u.alarm_id IS NULL AND u.down_since IS NOT NULL
    AND u.check_at <= %(now)s AND (u.last_seen_at IS NULL OR u.last_seen_at <= u.down_since)
ORDER BY u.home_id
LIMIT %(limit)s
FOR NO KEY UPDATE OF u SKIP LOCKED

-- name: tie_hub
UPDATE hubs SET alarm_id = %(alarm_id)s WHERE home_id = %(home_id)s

-- name: returned_hubs
-- Down, but heard since, or taken out of use.
SELECT u.home_id, h.area_id, u.report_seconds, u.online, u.changed_at, u.last_seen_at, u.back_at,
    u.down_since, u.alarm_id, u.added_at
FROM hubs u JOIN homes h ON h.id = u.home_id
WHERE u.down_since IS NOT NULL AND (u.last_seen_at > u.down_since OR u.revoked_at IS NOT NULL)
ORDER BY u.home_id
LIMIT %(limit)s
FOR NO KEY UPDATE OF u SKIP LOCKED

-- name: hub_back
UPDATE hubs SET down_since = NULL, alarm_id = NULL, back_at = %(now)s, check_at = %(check_at)s
WHERE home_id = %(home_id)s

-- name: hub_of
SELECT u.home_id, h.area_id, u.report_seconds, u.online, u.changed_at, u.last_seen_at, u.back_at,
    u.down_since, u.alarm_id, u.added_at
FROM hubs u JOIN homes h ON h.id = u.home_id
WHERE u.home_id = %(home_id)s AND u.revoked_at IS NULL

-- name: area_hubs
-- Every area with its parent and how many working-or-not hubs that were ever heard are directly
-- in it.
SELECT a.id, a.parent_id, (
    SELECT count(*) FROM homes h JOIN hubs u ON u.home_id = h.id
    WHERE h.area_id = a.id AND u.revoked_at IS NULL AND u.last_seen_at IS NOT NULL) AS hubs
FROM areas a

-- name: recently_down
-- Home and area of the hubs that went down in the window, or belong to an outage that is still on.
-- One that was never heard cannot have been cut off.
SELECT u.home_id, h.area_id
FROM hubs u JOIN homes h ON h.id = u.home_id
WHERE u.down_since IS NOT NULL AND u.revoked_at IS NULL AND u.last_seen_at IS NOT NULL
    AND (u.down_since >= %(since)s OR EXISTS (
    SELECT FROM alarms c JOIN alarms p ON p.id = c.inhibited_by
    WHERE c.id = u.alarm_id AND p.state <> 'CLOSED' AND p.cleared_at IS NULL))

-- name: open_outages
SELECT * FROM alarms
WHERE kind = 'area_outage' AND state <> 'CLOSED' AND cleared_at IS NULL
ORDER BY id

-- name: lone_hub_alarms
-- Alarms of single hubs in these areas that nobody has taken and no outage explains yet.
SELECT * FROM alarms
WHERE area_id = ANY (%(areas)s) AND kind = 'hub_offline' AND state = 'RAISED'
    AND inhibited_by IS NULL AND cleared_at IS NULL
    AND NOT EXISTS (SELECT FROM hubs u WHERE u.alarm_id = alarms.id AND u.last_seen_at IS NULL)
ORDER BY id
FOR NO KEY UPDATE

-- name: children_of
SELECT id FROM alarms WHERE inhibited_by = %(id)s AND state <> 'CLOSED' ORDER BY id

-- name: children_count
-- How many hubs an outage has taken down, and how many still are.
SELECT count(*), count(*) FILTER (WHERE state <> 'CLOSED' AND cleared_at IS NULL)
FROM alarms WHERE inhibited_by = %(id)s

-- name: orphans
-- Children of outages that are over.
SELECT c.* FROM alarms c JOIN alarms p ON p.id = c.inhibited_by
WHERE c.state <> 'CLOSED' AND (p.state = 'CLOSED' OR p.cleared_at IS NOT NULL)
ORDER BY c.id
LIMIT %(limit)s
FOR NO KEY UPDATE OF c SKIP LOCKED

-- name: inhibit
UPDATE alarms SET inhibited_by = %(by)s, version = version + 1 WHERE id = %(id)s RETURNING *

-- name: move_outage
UPDATE alarms SET area_id = %(area_id)s, version = version + 1 WHERE id = %(id)s RETURNING *

-- name: clear_alarm
-- Compare-and-set: what was signalled after `at` is not undone.
UPDATE alarms SET cleared_at = %(at)s, version = version + 1
WHERE id = %(id)s AND state <> 'CLOSED' AND cleared_at IS NULL AND last_signal_at <= %(at)s
RETURNING *

-- name: due_devices
SELECT d.id, d.home_id, h.area_id, d.code, d.report_seconds, d.bound_at, d.last_seen_at,
    d.offline_at, d.down_since, d.alarm_id, d.battery, d.battery_low, d.low_since,
    COALESCE(u.down_since IS NOT NULL, false) AS hub_down, u.back_at AS hub_back_at
FROM devices d JOIN homes h ON h.id = d.home_id LEFT JOIN hubs u ON u.home_id = d.home_id
    AND u.revoked_at IS NULL
WHERE d.check_at <= %(now)s
ORDER BY d.check_at
LIMIT %(limit)s
FOR NO KEY UPDATE OF d SKIP LOCKED

-- name: returned_devices
SELECT d.id, d.home_id, h.area_id, d.code, d.report_seconds, d.bound_at, d.last_seen_at,
    d.offline_at, d.down_since, d.alarm_id, d.battery, d.battery_low, d.low_since,
    COALESCE(u.down_since IS NOT NULL, false) AS hub_down, u.back_at AS hub_back_at
FROM devices d JOIN homes h ON h.id = d.home_id LEFT JOIN hubs u ON u.home_id = d.home_id
    AND u.revoked_at IS NULL
WHERE d.down_since IS NOT NULL AND d.last_seen_at > d.down_since
ORDER BY d.id
LIMIT %(limit)s
FOR NO KEY UPDATE OF d SKIP LOCKED

-- name: postpone_devices
UPDATE devices d SET check_at = s.at
FROM unnest(%(ids)s::int[], %(ats)s::timestamptz[]) AS s (id, at)
WHERE d.id = s.id

-- name: device_down
UPDATE devices SET down_since = %(now)s, alarm_id = %(alarm_id)s WHERE id = %(id)s

-- name: device_back
UPDATE devices SET down_since = NULL, alarm_id = NULL, check_at = %(now)s WHERE id = %(id)s

-- name: device_low
UPDATE devices SET low_since = %(low_since)s WHERE id = %(id)s

-- name: note_batteries
-- The newest percent of each device; a change makes it due.
UPDATE devices d SET battery = s.percent, battery_at = s.at,
    check_at = CASE WHEN d.battery IS DISTINCT FROM s.percent THEN LEAST(d.check_at, s.at)
        ELSE d.check_at END
FROM unnest(%(ids)s::int[], %(percents)s::real[], %(ats)s::timestamptz[]) AS s (id, percent, at)
WHERE d.id = s.id AND (d.battery_at IS NULL OR d.battery_at <= s.at)

-- name: next_due
SELECT LEAST(
    (SELECT min(check_at) FROM hubs WHERE revoked_at IS NULL AND alarm_id IS NULL),
    (SELECT min(check_at) FROM devices),
    (SELECT min(ends_at) FROM home_modes WHERE ended_at IS NULL))

-- name: check_home_again
-- After a mode: what is down without an alarm, and every battery, is judged anew.
UPDATE hubs SET check_at = %(now)s WHERE home_id = %(home_id)s AND alarm_id IS NULL

-- name: check_devices_again
UPDATE devices SET check_at = %(now)s WHERE home_id = %(home_id)s

-- name: settings
SELECT d.code, d.report_seconds, d.battery_low, d.battery, d.battery_at, d.last_seen_at,
    d.down_since
FROM devices d WHERE d.home_id = %(home_id)s ORDER BY d.code

-- name: set_hub_interval
UPDATE hubs SET report_seconds = %(seconds)s, check_at = LEAST(check_at, %(now)s)
WHERE home_id = %(home_id)s RETURNING home_id

-- name: set_device
UPDATE devices SET report_seconds = COALESCE(%(report_seconds)s, report_seconds),
    battery_low = COALESCE(%(battery_low)s, battery_low), check_at = LEAST(check_at, %(now)s)
WHERE home_id = %(home_id)s AND code = %(code)s RETURNING id
