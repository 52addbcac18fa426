-- What the wire formats of the homes need.

-- name: versions
-- The homes among these codes, and how often what is remembered of them has changed.
SELECT h.code, h.id, COALESCE(v.version, 0)
FROM homes h LEFT JOIN home_versions v ON v.home_id = h.id
WHERE h.code = ANY (%(homes)s)

-- name: bump
INSERT INTO home_versions (home_id, version) VALUES (%(home_id)s, 1)
ON CONFLICT (home_id) DO UPDATE SET version = home_versions.version + 1
RETURNING version

-- name: learned
-- As text: a reader that knows numbers as the homes' messages are read turns it into values.
SELECT home_id, dialect, key, doc::text AS doc FROM learned WHERE home_id = ANY (%(homes)s)
ORDER BY home_id, dialect, key

-- name: learn
INSERT INTO learned (home_id, dialect, key, doc, learned_at)
VALUES (%(home_id)s, %(dialect)s, %(key)s, %(doc)s, %(now)s)
ON CONFLICT (home_id, dialect, key) DO UPDATE
    SET doc = EXCLUDED.doc, learned_at = EXCLUDED.learned_at

-- name: forget
DELETE FROM learned WHERE home_id = %(home_id)s AND dialect = %(dialect)s AND key = %(key)s

-- name: devices
SELECT d.id, d.home_id, d.code, d.role, d.call_actions, d.online, d.uid, d.suggests, u.filters,
    u.token, u.alone
FROM devices d LEFT JOIN urgent_devices u ON u.device_id = d.id
WHERE d.home_id = ANY (%(homes)s)

-- name: states
-- `alarm`: whether there is an open alarm of this kind, or one was closed since the statement.
SELECT s.device_id, s.kind, s.part, s.active, s.mark, s.at,
    CASE WHEN a.open THEN 'open' WHEN a.closed_at > s.at THEN 'closed' ELSE '' END AS alarm
FROM device_states s JOIN devices d ON d.id = s.device_id
LEFT JOIN LATERAL (
    SELECT bool_or(a.state <> 'CLOSED') AS open, max(a.closed_at) AS closed_at FROM alarms a
    WHERE a.home_id = d.home_id AND a.kind = s.kind AND a.subject IN ('', d.code)
        AND (a.closed_at IS NULL OR a.closed_at > s.at)
) a ON s.active
WHERE s.device_id = ANY (%(devices)s) AND (%(kind)s::text IS NULL OR s.kind = %(kind)s)

-- name: lock_device
-- Who decides whether something is news holds the device; the other lane then finds it known.
SELECT id FROM devices WHERE id = %(id)s FOR NO KEY UPDATE

-- name: set_state
INSERT INTO device_states (device_id, kind, part, active, mark, at)
VALUES (%(device_id)s, %(kind)s, %(part)s, %(active)s, %(mark)s, %(at)s)
ON CONFLICT (device_id, kind, part) DO UPDATE
    SET active = EXCLUDED.active, mark = EXCLUDED.mark, at = EXCLUDED.at

-- name: introduce
-- What a device says of itself; what a person has written stays. No row: nothing new. A device that
-- was only known by its status (which reads the same in our own format) now has its format.
UPDATE devices SET dialect = CASE WHEN dialect = 'native' THEN %(dialect)s ELSE dialect END, uid = %(uid)s, vendor = %(vendor)s, description = %(description)s,
    suggests = %(suggests)s, actions = %(actions)s,
    model = CASE WHEN bound_at IS NULL OR model = '' THEN %(model)s ELSE model END
WHERE id = %(id)s AND (dialect = 'native' OR (uid, vendor, description, suggests, actions)
    IS DISTINCT FROM (%(uid)s, %(vendor)s, %(description)s, %(suggests)s, %(actions)s::text[]))
RETURNING id

-- name: renamed
-- The device of this maker's address under another name, if it is one: it has a new name now. Not
-- when somebody has already set up what has the new name.
SELECT d.id, d.code AS old_name FROM devices d
WHERE d.home_id = %(home_id)s AND d.dialect = %(dialect)s AND d.uid = %(uid)s
    AND d.code <> %(code)s AND NOT EXISTS (
        SELECT FROM devices n WHERE n.home_id = d.home_id AND n.code = %(code)s
            AND (n.role <> '' OR n.room <> '' OR n.bound_at IS NOT NULL))
LIMIT 2

-- name: retire_name
-- What was heard under the new name before it was known whose it is keeps its history apart.
UPDATE devices SET code = left(code, 110) || '~' || id
WHERE home_id = %(home_id)s AND code = %(code)s

-- name: rename
UPDATE devices SET code = %(code)s WHERE id = %(id)s

-- name: note_press
UPDATE devices SET last_press = %(said)s, last_press_at = %(at)s WHERE id = %(id)s

-- name: lorawan
-- The homes and devices behind names of the network servers.
SELECT l.dialect, l.network_id, h.code, d.code
FROM unnest(%(dialects)s::text[], %(ids)s::text[]) AS w (dialect, network_id)
JOIN lorawan_devices l ON l.dialect = w.dialect AND l.network_id = w.network_id
JOIN devices d ON d.id = l.device_id JOIN homes h ON h.id = d.home_id

-- name: bind_lorawan
INSERT INTO lorawan_devices (dialect, network_id, device_id)
VALUES (%(dialect)s, %(network_id)s, %(device_id)s)
