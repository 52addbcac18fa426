-- Timers of alarms.

-- name: make_step_due
UPDATE timers SET due_at = LEAST(due_at, %(now)s)
WHERE alarm_id = %(alarm_id)s AND kind = %(kind)s
    AND (data ->> 'cycle')::int < %(cycles)s
    AND ((data ->> 'step')::int > 0 OR COALESCE((data ->> 'turn')::int, 0) > 0)

-- name: timer_of
SELECT * FROM timers WHERE alarm_id = %(alarm_id)s AND kind = %(kind)s AND ref = ''

-- name: due_times
SELECT due_at FROM timers WHERE alarm_id = %(alarm_id)s AND kind = %(kind)s

-- name: refs
SELECT ref FROM timers WHERE alarm_id = %(alarm_id)s AND kind = %(kind)s

-- name: share
INSERT INTO timers (alarm_id, kind, ref, due_at, data)
SELECT DISTINCT ON (t.kind, t.ref) %(alarm_id)s, t.kind, t.ref, t.due_at, t.data
FROM dispatch_alarms j JOIN timers t ON t.alarm_id = j.alarm_id
WHERE j.dispatch_id = %(ref)s::text::bigint AND t.kind = %(kind)s AND t.ref = %(ref)s::text
ORDER BY t.kind, t.ref, t.due_at DESC
ON CONFLICT (alarm_id, kind, ref) DO NOTHING

-- name: hand_on
INSERT INTO timers (alarm_id, kind, ref, due_at, data)
SELECT %(to)s, kind, ref, due_at, data FROM timers
WHERE alarm_id = %(alarm_id)s AND kind = %(kind)s AND ref = %(ref)s
ON CONFLICT (alarm_id, kind, ref) DO NOTHING

-- name: postpone_timer
UPDATE timers SET due_at = %(due_at)s WHERE id = %(id)s

-- name: stop_timer
DELETE FROM timers WHERE alarm_id = %(alarm_id)s AND kind = %(kind)s AND ref = %(ref)s

-- name: stop_timers
DELETE FROM timers WHERE alarm_id = %(alarm_id)s

-- name: claim_due_timer
-- The most overdue timer nobody else holds; of two due together the one set first. Locks its alarm
-- first, as every use case does, so that timers and people never wait for each other in a circle.
SELECT t.* FROM timers t JOIN alarms a ON a.id = t.alarm_id
WHERE t.due_at <= %(now)s
ORDER BY t.due_at, t.id
FOR NO KEY UPDATE OF a SKIP LOCKED
LIMIT 1

-- name: take_timer
-- Again under the alarm's lock: it may have been moved or fired meanwhile.
DELETE FROM timers WHERE id = %(id)s AND due_at <= %(now)s RETURNING *

-- name: next_due
SELECT min(due_at) FROM timers
