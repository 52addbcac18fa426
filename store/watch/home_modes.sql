-- Test, away, maintenance and out of service: modes of homes.

-- name: add
-- No row: the home is in this mode already.
INSERT INTO home_modes (home_id, mode, starts_at, ends_at, set_by, devices, hides_life)
VALUES (%(home_id)s, %(mode)s, %(starts_at)s, %(ends_at)s, %(set_by)s, %(devices)s,
    %(hides_life)s)
ON CONFLICT (home_id, mode) WHERE ended_at IS NULL DO NOTHING
RETURNING *

-- name: in_force
-- What holds for a home at this moment, whether or not anybody has ended it in the table yet.
SELECT * FROM home_modes
WHERE home_id = %(home_id)s AND ended_at IS NULL AND starts_at <= %(now)s AND ends_at > %(now)s
ORDER BY id

-- name: of_home
SELECT * FROM home_modes WHERE home_id = %(home_id)s ORDER BY id DESC LIMIT %(limit)s

-- name: lock
SELECT * FROM home_modes WHERE id = %(id)s FOR NO KEY UPDATE

-- name: consent
UPDATE home_modes SET consented_by = %(by)s, consented_at = %(now)s
WHERE id = %(id)s AND consented_by IS NULL AND ended_at IS NULL
RETURNING *

-- name: finish
UPDATE home_modes SET ended_at = %(now)s WHERE id = %(id)s AND ended_at IS NULL RETURNING *

-- name: due
SELECT * FROM home_modes WHERE ended_at IS NULL AND ends_at <= %(now)s
ORDER BY ends_at
LIMIT %(limit)s
FOR NO KEY UPDATE SKIP LOCKED

-- name: journal_mode
INSERT INTO home_mode_events (mode_id, at, event, actor, via, data)
VALUES (%(mode_id)s, %(at)s, %(event)s, %(actor)s, %(via)s, %(data)s)

-- name: events_of
SELECT at, event, actor, via, data FROM home_mode_events WHERE mode_id = %(id)s ORDER BY id

-- name: suppress
UPDATE signals SET suppressed_by = %(mode_id)s WHERE id = %(id)s

-- name: still_active
-- What a mode suppressed and no later signal of the same device has taken back.
SELECT DISTINCT ON (s.device_id, s.kind) s.id, s.device_id, d.code, d.home_id, h.code AS home,
    h.area_id, s.kind, s.at, s.late
FROM signals s JOIN devices d ON d.id = s.device_id JOIN homes h ON h.id = d.home_id
WHERE s.suppressed_by = %(mode_id)s AND NOT EXISTS (
    SELECT FROM signals c WHERE c.home_id = s.home_id AND c.device_id = s.device_id
        AND c.kind = s.kind AND NOT c.active AND NOT c.test AND c.at >= s.at)
ORDER BY s.device_id, s.kind, s.at

-- name: waiting_alarms
-- The home's open alarms that nobody has taken.
SELECT * FROM alarms
WHERE home_id = %(home_id)s AND state = 'RAISED' AND shelved_until IS NULL
ORDER BY id
FOR NO KEY UPDATE

-- name: shelved_alarms
SELECT * FROM alarms
WHERE home_id = %(home_id)s AND state <> 'CLOSED' AND shelved_until IS NOT NULL
ORDER BY id
FOR NO KEY UPDATE

-- name: device_ids
SELECT id FROM devices WHERE home_id = %(home_id)s AND code = ANY (%(codes)s)
