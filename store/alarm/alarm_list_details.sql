-- Details of the alarms in a list.

-- name: responses_of
SELECT r.alarm_id, r.person_id, p.name, COALESCE(c.relation, '') AS relation, r.answer, r.at,
    r.eta_minutes, ARRAY(SELECT o.name FROM people o WHERE o.id = ANY (r.others) ORDER BY o.id)
        AS others, r.others AS other_ids
FROM responses r
JOIN people p ON p.id = r.person_id
JOIN alarms a ON a.id = r.alarm_id
LEFT JOIN contacts c ON c.home_id = a.home_id AND c.person_id = r.person_id
WHERE r.alarm_id = ANY (%(ids)s)
ORDER BY r.alarm_id, r.at

-- name: dispatches_of
SELECT j.alarm_id, d.id, d.responder_id, p.name, d.state, d.eta_minutes, d.offered_at,
    d.answered_at, d.arrived_at
FROM dispatch_alarms j JOIN dispatches d ON d.id = j.dispatch_id
JOIN people p ON p.id = d.responder_id
WHERE j.alarm_id = ANY (%(ids)s)
ORDER BY j.alarm_id, d.id

-- name: open_links
SELECT COALESCE(linked_to, id) AS root, id AS alarm_id FROM alarms
WHERE (id = ANY (%(roots)s) OR linked_to = ANY (%(roots)s)) AND state <> 'CLOSED'
ORDER BY id

-- name: children_of
SELECT inhibited_by AS alarm_id, count(*) AS children FROM alarms
WHERE inhibited_by = ANY (%(ids)s) AND state <> 'CLOSED'
GROUP BY inhibited_by

-- name: calls_of
-- When each alarm last called the console, whether its plan has been through since then, and whether
-- its owner has been called again, or was handed it, and has done nothing since.
SELECT e.alarm_id,
    max(e.at) FILTER (WHERE e.event IN ('raised', 're_alarmed', 'console_called')) AS called_at,
    COALESCE(max(e.id) FILTER (WHERE e.event = 'plan_exhausted')
        > max(e.id) FILTER (WHERE e.event IN ('raised', 're_alarmed')), false) AS exhausted,
    COALESCE(max(e.id) FILTER (WHERE e.event = 'console_called' OR e.event = 'transferred')
        > COALESCE(max(e.id) FILTER (WHERE e.actor = 'user:' || a.owner_id), 0), false)
        AND a.owner_id IS NOT NULL AS calls_owner
FROM alarm_events e JOIN alarms a ON a.id = e.alarm_id
WHERE e.alarm_id = ANY (%(ids)s)
    AND (e.event IN ('raised', 're_alarmed', 'console_called', 'plan_exhausted', 'transferred')
        OR e.actor = 'user:' || a.owner_id)
GROUP BY e.alarm_id, a.owner_id

-- name: mistakes_of
-- When the resident last said that a press was not meant; not of an alarm that was signalled again
-- since.
SELECT e.alarm_id, max(e.at) AS at
FROM alarm_events e JOIN alarms a ON a.id = e.alarm_id
WHERE e.alarm_id = ANY (%(ids)s) AND e.event = 'cancelled_by_resident'
    AND (e.data ->> 'occurred_at')::timestamptz >= a.last_signal_at
GROUP BY e.alarm_id

-- name: flapping_of
SELECT id, flapping_at FROM alarms WHERE id = ANY (%(ids)s) AND flapping_at IS NOT NULL

-- name: warnings_of
-- Steps that reached nobody, dispatches nobody is left for, nobody with authority who could be
-- called; the last ten of each alarm.
SELECT alarm_id, at, reason, target FROM (
    SELECT alarm_id, id, at, COALESCE(data ->> 'reason', '') AS reason,
        COALESCE(data ->> 'target', '') AS target,
        row_number() OVER (PARTITION BY alarm_id ORDER BY id DESC) AS back
    FROM alarm_events
    WHERE alarm_id = ANY (%(ids)s) AND event IN ('step_empty', 'nobody_left_to_send', 'authority_missing')
) AS empty_steps
WHERE back <= 10
ORDER BY alarm_id, id
