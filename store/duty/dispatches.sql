-- name: offer
-- No row: this responder has a live dispatch that serves the alarm already.
INSERT INTO dispatches (alarm_id, responder_id, state, offered_by, offered_at)
SELECT %(alarm_id)s::bigint, %(responder_id)s::bigint, 'OFFERED', %(offered_by)s::bigint,
    %(now)s::timestamptz
WHERE NOT EXISTS (SELECT FROM dispatches d JOIN dispatch_alarms j ON j.dispatch_id = d.id
    WHERE j.alarm_id = %(alarm_id)s AND d.responder_id = %(responder_id)s
        AND d.state IN ({{live_dispatch_states}}))
ON CONFLICT (alarm_id, responder_id) WHERE state IN ({{live_dispatch_states}})
DO NOTHING
RETURNING *

-- name: get
SELECT * FROM dispatches WHERE id = %(id)s

-- name: of_alarm
-- Also those made for another danger of the home that serve this one.
SELECT d.* FROM dispatches d JOIN dispatch_alarms j ON j.dispatch_id = d.id
WHERE j.alarm_id = %(alarm_id)s ORDER BY d.id

-- name: live_for
-- The responder's live dispatch for an alarm, else the newest one they declined or did not answer.
SELECT d.* FROM dispatches d JOIN dispatch_alarms j ON j.dispatch_id = d.id
WHERE j.alarm_id = %(alarm_id)s AND d.responder_id = %(responder_id)s
    AND d.state IN ({{answerable_dispatch_states}})
ORDER BY d.state NOT IN ({{live_dispatch_states}}), d.id DESC
LIMIT 1

-- name: move
UPDATE dispatches SET state = %(state)s,
    answered_at = CASE WHEN %(state)s IN ({{deciding_dispatch_states}})
        THEN %(now)s ELSE answered_at END,
    arrived_at = CASE WHEN %(state)s = 'ARRIVED' THEN %(now)s
        WHEN %(state)s = 'EN_ROUTE' THEN NULL ELSE arrived_at END,
    done_at = CASE WHEN %(state)s = 'DONE' THEN %(now)s ELSE done_at END,
    eta_minutes = COALESCE(%(eta_minutes)s, eta_minutes),
    finding = COALESCE(%(finding)s, finding)
WHERE id = %(id)s
RETURNING *

-- name: set_eta
-- They need so many minutes more; what is kept counts from their answer, as everywhere.
UPDATE dispatches SET eta_minutes = LEAST(1440, %(minutes)s + COALESCE(
    GREATEST(0, ceil(extract(epoch FROM %(now)s::timestamptz - answered_at) / 60))::integer, 0))
WHERE id = %(id)s
RETURNING *

-- name: add_finding
-- What was found before stays.
UPDATE dispatches SET finding = concat_ws(E'\n', NULLIF(finding, ''), %(words)s::text)
WHERE id = %(id)s

-- name: live
-- Those under way that serve the alarm.
SELECT d.* FROM dispatches d JOIN dispatch_alarms j ON j.dispatch_id = d.id
WHERE j.alarm_id = %(alarm_id)s AND d.state IN ({{live_dispatch_states}})
ORDER BY d.id

-- name: finish
-- Who is not there yet is called off, who is there has finished.
UPDATE dispatches SET
    state = CASE WHEN state = 'ARRIVED' THEN 'DONE' ELSE 'CANCELLED' END,
    done_at = CASE WHEN state = 'ARRIVED' THEN %(now)s ELSE done_at END
WHERE id = %(id)s AND state IN ({{live_dispatch_states}})
RETURNING *
