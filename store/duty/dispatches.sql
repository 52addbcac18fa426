-- name: offer
-- No row: this responder has a live dispatch for the alarm already.
INSERT INTO dispatches (alarm_id, responder_id, state, offered_by, offered_at)
VALUES (%(alarm_id)s, %(responder_id)s, 'OFFERED', %(offered_by)s, %(now)s)
ON CONFLICT (alarm_id, responder_id) WHERE state IN ({{live_dispatch_states}})
DO NOTHING
RETURNING *

-- name: get
SELECT * FROM dispatches WHERE id = %(id)s

-- name: of_alarm
SELECT * FROM dispatches WHERE alarm_id = %(alarm_id)s ORDER BY id

-- name: live_for
-- The responder's live dispatch for an alarm, else the newest one they did not answer in time.
SELECT * FROM dispatches
WHERE alarm_id = %(alarm_id)s AND responder_id = %(responder_id)s
    AND state IN ({{answerable_dispatch_states}})
ORDER BY state = 'NO_ANSWER', id DESC
LIMIT 1

-- name: move
UPDATE dispatches SET state = %(state)s,
    answered_at = CASE WHEN %(state)s IN ({{deciding_dispatch_states}})
        THEN %(now)s ELSE answered_at END,
    arrived_at = CASE WHEN %(state)s = 'ARRIVED' THEN %(now)s ELSE arrived_at END,
    done_at = CASE WHEN %(state)s = 'DONE' THEN %(now)s ELSE done_at END,
    eta_minutes = COALESCE(%(eta_minutes)s, eta_minutes),
    finding = COALESCE(%(finding)s, finding)
WHERE id = %(id)s
RETURNING *

-- name: end_live
-- Who is not there yet is called off, who is there has finished.
UPDATE dispatches SET
    state = CASE WHEN state = 'ARRIVED' THEN 'DONE' ELSE 'CANCELLED' END,
    done_at = CASE WHEN state = 'ARRIVED' THEN %(now)s ELSE done_at END
WHERE alarm_id = %(alarm_id)s AND state IN ({{live_dispatch_states}})
RETURNING *
