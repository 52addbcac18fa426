-- Who is at the desk.

-- name: saw
INSERT INTO desk_presence (user_id, seen_at)
SELECT id, %(now)s FROM users WHERE id = ANY (%(ids)s)
ORDER BY id
ON CONFLICT (user_id) DO UPDATE SET seen_at = GREATEST(desk_presence.seen_at, EXCLUDED.seen_at)

-- name: forget
DELETE FROM desk_presence WHERE user_id = %(id)s

-- name: present
SELECT user_id FROM desk_presence WHERE seen_at >= %(since)s

-- name: last_seen
SELECT user_id, seen_at FROM desk_presence WHERE user_id = ANY (%(ids)s)

-- name: absent_owners_alarms
-- Of owners who were at the desk and have not been since; the most urgent first.
SELECT a.id FROM alarms a JOIN desk_presence p ON p.user_id = a.owner_id
WHERE p.seen_at < %(before)s AND a.shelved_until IS NULL
    AND a.state IN ('ACKNOWLEDGED', 'DISPATCHED', 'ON_SCENE')
ORDER BY a.priority, a.id

-- name: alarms_of_owner
SELECT id FROM alarms
WHERE owner_id = %(id)s AND state IN ('ACKNOWLEDGED', 'DISPATCHED', 'ON_SCENE')
ORDER BY id
