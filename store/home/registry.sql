-- Homes, areas, devices and hubs.

-- name: find_device
-- The device with its home, for a message's topic.
SELECT d.id, d.home_id, h.code AS home, h.area_id, d.code, d.role, d.room, d.upto
FROM devices d JOIN homes h ON h.id = d.home_id
WHERE h.code = %(home)s AND d.code = %(device)s

-- name: role_of
SELECT role FROM devices WHERE id = %(id)s

-- name: find_readers
-- Many at once: after a start every device of the first messages is asked for.
SELECT h.code, d.code, d.id, COALESCE(d.upto, -1)
FROM unnest(%(homes)s::text[], %(devices)s::text[]) AS wanted (home, device)
JOIN homes h ON h.code = wanted.home
JOIN devices d ON d.home_id = h.id AND d.code = wanted.device

-- name: add_found_device
-- Registers a device nobody has bound yet. No row: no such home, or another process was faster.
INSERT INTO devices (home_id, code, dialect, model, found_at)
SELECT id, %(device)s, %(dialect)s, %(model)s, %(now)s FROM homes WHERE code = %(home)s
ON CONFLICT (home_id, code) DO NOTHING

-- name: home_exists
SELECT true FROM homes WHERE code = %(home)s

-- name: touch_devices
-- When devices were last heard; never backwards. A row another transaction holds is left out and
-- not in the answer: who only notes a time must neither wait nor end in a deadlock.
WITH free AS (
    SELECT id FROM devices WHERE id = ANY (%(ids)s) FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE devices d SET last_seen_at = GREATEST(d.last_seen_at, s.at)
FROM unnest(%(ids)s::int[], %(ats)s::timestamptz[]) AS s (id, at), free
WHERE d.id = s.id AND d.id = free.id
RETURNING d.id

-- name: advance_stored_seq
UPDATE devices d SET upto = GREATEST(d.upto, s.upto)
FROM unnest(%(ids)s::int[], %(uptos)s::bigint[]) AS s (id, upto)
WHERE d.id = s.id

-- name: set_hub_online
-- Compare-and-set: a row comes back only when the hub's state really changed.
-- "offline" is no sign of life: it starts a short grace, after which supervision looks.
UPDATE hubs SET online = %(online)s, changed_at = %(now)s,
    last_seen_at = CASE WHEN %(online)s THEN GREATEST(last_seen_at, %(now)s) ELSE last_seen_at END,
    check_at = CASE WHEN %(online)s THEN check_at ELSE LEAST(check_at, %(now)s) END
FROM homes h
WHERE h.id = hubs.home_id AND h.code = %(home)s AND hubs.online IS DISTINCT FROM %(online)s
RETURNING hubs.home_id

-- name: touch_hubs
-- As touch_devices.
WITH free AS (
    SELECT b.home_id, h.code FROM hubs b JOIN homes h ON h.id = b.home_id
    WHERE h.code = ANY (%(homes)s) FOR NO KEY UPDATE OF b SKIP LOCKED
)
UPDATE hubs SET last_seen_at = GREATEST(hubs.last_seen_at, s.at)
FROM unnest(%(homes)s::text[], %(ats)s::timestamptz[]) AS s (home, at), free
WHERE free.code = s.home AND free.home_id = hubs.home_id
RETURNING free.code

-- name: set_device_online
UPDATE devices d SET online = %(online)s,
    last_seen_at = CASE WHEN %(online)s THEN GREATEST(last_seen_at, %(now)s) ELSE last_seen_at END,
    offline_at = CASE WHEN %(online)s THEN NULL
        WHEN online IS FALSE THEN COALESCE(offline_at, %(now)s) ELSE %(now)s END,
    check_at = CASE WHEN %(online)s THEN check_at ELSE LEAST(check_at, %(now)s) END
FROM homes h
WHERE h.id = d.home_id AND h.code = %(home)s AND d.code = %(device)s
RETURNING d.id

-- name: remove_found
DELETE FROM devices d
WHERE d.id = %(id)s AND d.bound_at IS NULL
    AND NOT EXISTS (SELECT FROM signals s WHERE s.device_id = d.id)
    AND NOT EXISTS (SELECT FROM alarms a WHERE a.device_id = d.id)
    AND NOT EXISTS (SELECT FROM readings r WHERE r.device_id = d.id)
    AND NOT EXISTS (SELECT FROM work_orders w WHERE w.device_id = d.id)
RETURNING d.id

-- name: add_hub
INSERT INTO hubs (home_id, added_at) SELECT id, %(now)s FROM homes WHERE code = %(home)s
ON CONFLICT (home_id) DO UPDATE SET revoked_at = NULL,
    added_at = CASE WHEN hubs.revoked_at IS NULL THEN hubs.added_at ELSE EXCLUDED.added_at END
RETURNING home_id

-- name: revoke_hub
UPDATE hubs SET revoked_at = %(now)s FROM homes h
WHERE h.id = hubs.home_id AND h.code = %(home)s AND hubs.revoked_at IS NULL
RETURNING home_id

-- name: hubs
SELECT h.code FROM hubs JOIN homes h ON h.id = hubs.home_id
WHERE hubs.revoked_at IS NULL ORDER BY h.code

-- name: homes_without_hub
-- Homes that never had one: whoever was revoked was revoked on purpose.
SELECT h.code FROM homes h
WHERE NOT EXISTS (SELECT FROM hubs WHERE hubs.home_id = h.id) ORDER BY h.code

-- name: add_home
INSERT INTO homes (code, area_id, address, phone, access_notes, latitude, longitude, created_at)
SELECT %(code)s, a.id, %(address)s, %(phone)s, %(access_notes)s, %(latitude)s, %(longitude)s, %(now)s
FROM areas a WHERE a.code = %(area)s
RETURNING id

-- name: add_device
INSERT INTO devices (home_id, code, dialect, model, role, room, found_at, bound_at)
VALUES (%(home_id)s, %(code)s, %(dialect)s, %(model)s, %(role)s, %(room)s, %(now)s, %(now)s)
RETURNING id
