-- What the screens show. A list is a handful of statements, however many alarms are on it.
--
-- `homes` and `responder` narrow a list to what somebody may see; NULL: all. They are planned with
-- their values (never prepared), so that the filters that are not used cost nothing.

-- name: open_alarms
-- Most urgent first: priority, then what nobody has taken, then the oldest. What an outage explains
-- is only listed below that outage.
SELECT a.id, a.code, a.home_id, a.area_id, h.code AS home, h.address, g.code AS area_code,
    g.name AS area_name, a.kind, a.priority, a.state, a.raised_at, a.occurred_at, a.late, a.count,
    a.last_signal_at, a.cleared_at, a.owner_id, o.name AS owner_name, a.acknowledged_at,
    a.on_scene_at, a.closed_at, a.outcome, d.code AS device_code, d.room AS device_room, a.version,
    a.shelved_until, a.shelve_asked_by, a.shelve_asked_until, a.inhibited_by, a.linked_to
FROM alarms a
JOIN areas g ON g.id = a.area_id
LEFT JOIN homes h ON h.id = a.home_id
LEFT JOIN LATERAL (SELECT code, room FROM devices WHERE id = a.device_id OFFSET 0) d ON true
LEFT JOIN LATERAL (SELECT p.name FROM users u JOIN people p ON p.id = u.person_id
    WHERE u.id = a.owner_id OFFSET 0) o ON true
WHERE a.state <> 'CLOSED' AND a.inhibited_by IS NOT DISTINCT FROM %(below)s::bigint
    AND (%(homes)s::bigint[] IS NULL OR a.home_id = ANY (%(homes)s))
    AND (%(responder)s::bigint IS NULL OR EXISTS (
        SELECT FROM dispatches s WHERE s.alarm_id = a.id AND s.responder_id = %(responder)s
            AND s.state <> 'DECLINED'))
    AND (%(priority)s::smallint IS NULL OR a.priority = %(priority)s)
    AND (%(home)s::bigint IS NULL OR a.home_id = %(home)s)
    AND (%(areas)s::bigint[] IS NULL OR a.area_id = ANY (%(areas)s))
    AND (%(after_id)s::bigint IS NULL
        OR (a.priority, a.state <> 'RAISED', a.raised_at, a.id)
            > (%(after_priority)s::smallint, %(after_taken)s::boolean,
               %(after_raised_at)s::timestamptz, %(after_id)s::bigint))
ORDER BY a.priority, a.state <> 'RAISED', a.raised_at, a.id
LIMIT %(limit)s

-- name: closed_alarms
-- The newest first.
SELECT a.id, a.code, a.home_id, a.area_id, h.code AS home, h.address, g.code AS area_code,
    g.name AS area_name, a.kind, a.priority, a.state, a.raised_at, a.occurred_at, a.late, a.count,
    a.last_signal_at, a.cleared_at, a.owner_id, o.name AS owner_name, a.acknowledged_at,
    a.on_scene_at, a.closed_at, a.outcome, d.code AS device_code, d.room AS device_room, a.version,
    a.shelved_until, a.shelve_asked_by, a.shelve_asked_until, a.inhibited_by, a.linked_to
FROM alarms a
JOIN areas g ON g.id = a.area_id
LEFT JOIN homes h ON h.id = a.home_id
LEFT JOIN LATERAL (SELECT code, room FROM devices WHERE id = a.device_id OFFSET 0) d ON true
LEFT JOIN LATERAL (SELECT p.name FROM users u JOIN people p ON p.id = u.person_id
    WHERE u.id = a.owner_id OFFSET 0) o ON true
WHERE a.state = 'CLOSED'
    AND (%(homes)s::bigint[] IS NULL OR a.home_id = ANY (%(homes)s))
    AND (%(responder)s::bigint IS NULL OR a.id = ANY (ARRAY(
        SELECT s.alarm_id FROM dispatches s WHERE s.responder_id = %(responder)s
            AND s.state <> 'DECLINED')))
    AND (%(priority)s::smallint IS NULL OR a.priority = %(priority)s)
    AND (%(home)s::bigint IS NULL OR a.home_id = %(home)s)
    AND (%(areas)s::bigint[] IS NULL OR a.area_id = ANY (%(areas)s))
    AND (%(after_id)s::bigint IS NULL
        OR (a.raised_at, a.id) < (%(after_raised_at)s::timestamptz, %(after_id)s::bigint))
ORDER BY a.raised_at DESC, a.id DESC
LIMIT %(limit)s

-- name: alarms_by_id
SELECT a.id, a.code, a.home_id, a.area_id, h.code AS home, h.address, g.code AS area_code,
    g.name AS area_name, a.kind, a.priority, a.state, a.raised_at, a.occurred_at, a.late, a.count,
    a.last_signal_at, a.cleared_at, a.owner_id, o.name AS owner_name, a.acknowledged_at,
    a.on_scene_at, a.closed_at, a.outcome, d.code AS device_code, d.room AS device_room, a.version,
    a.shelved_until, a.shelve_asked_by, a.shelve_asked_until, a.inhibited_by, a.linked_to
FROM alarms a
JOIN areas g ON g.id = a.area_id
LEFT JOIN homes h ON h.id = a.home_id
LEFT JOIN LATERAL (SELECT code, room FROM devices WHERE id = a.device_id OFFSET 0) d ON true
LEFT JOIN LATERAL (SELECT p.name FROM users u JOIN people p ON p.id = u.person_id
    WHERE u.id = a.owner_id OFFSET 0) o ON true
WHERE a.id = ANY (%(ids)s)
ORDER BY a.id

-- name: area_paths
-- The names from the district down to each of these areas.
WITH RECURSIVE up AS (
    SELECT id AS area_id, id, parent_id, name, 0 AS height FROM areas WHERE id = ANY (%(ids)s)
    UNION ALL
    SELECT up.area_id, a.id, a.parent_id, a.name, up.height + 1
    FROM up JOIN areas a ON a.id = up.parent_id
)
SELECT area_id, array_agg(name ORDER BY height DESC) AS path FROM up GROUP BY area_id

-- name: areas_below
-- The area with this code and all below it.
WITH RECURSIVE down AS (
    SELECT id FROM areas WHERE code = %(code)s
    UNION ALL
    SELECT a.id FROM areas a JOIN down ON a.parent_id = down.id
)
SELECT id FROM down

-- name: residents_of
SELECT r.home_id, p.name
FROM residents r JOIN people p ON p.id = r.person_id
WHERE r.home_id = ANY (%(homes)s) AND p.erased_at IS NULL
ORDER BY r.home_id, r.id

-- name: family_of
-- Who may follow a home's alarms: its contacts.
SELECT home_id, person_id FROM contacts WHERE home_id = ANY (%(homes)s)

-- name: homes_of_contact
SELECT home_id FROM contacts WHERE person_id = %(person_id)s

-- name: responses_of
SELECT r.alarm_id, r.person_id, p.name, COALESCE(c.relation, '') AS relation, r.answer, r.at
FROM responses r
JOIN people p ON p.id = r.person_id
JOIN alarms a ON a.id = r.alarm_id
LEFT JOIN contacts c ON c.home_id = a.home_id AND c.person_id = r.person_id
WHERE r.alarm_id = ANY (%(ids)s)
ORDER BY r.alarm_id, r.at

-- name: dispatches_of
SELECT d.alarm_id, d.id, d.responder_id, p.name, d.state, d.eta_minutes, d.offered_at,
    d.answered_at, d.arrived_at
FROM dispatches d JOIN people p ON p.id = d.responder_id
WHERE d.alarm_id = ANY (%(ids)s)
ORDER BY d.alarm_id, d.id

-- name: open_links
SELECT COALESCE(linked_to, id) AS root, id AS alarm_id FROM alarms
WHERE (id = ANY (%(roots)s) OR linked_to = ANY (%(roots)s)) AND state <> 'CLOSED'
ORDER BY id

-- name: children_of
SELECT inhibited_by AS alarm_id, count(*) AS children FROM alarms
WHERE inhibited_by = ANY (%(ids)s) AND state <> 'CLOSED'
GROUP BY inhibited_by

-- name: calls_of
-- When each alarm last called the console, and whether its plan has been through since then.
SELECT alarm_id,
    max(at) FILTER (WHERE event IN ('raised', 're_alarmed', 'console_called')) AS called_at,
    COALESCE(max(id) FILTER (WHERE event = 'plan_exhausted')
        > max(id) FILTER (WHERE event IN ('raised', 're_alarmed')), false) AS exhausted
FROM alarm_events
WHERE alarm_id = ANY (%(ids)s)
    AND event IN ('raised', 're_alarmed', 'console_called', 'plan_exhausted')
GROUP BY alarm_id

-- name: warnings_of
-- Steps that reached nobody, and dispatches nobody is left for; the last ten of each alarm.
SELECT alarm_id, at, reason, target FROM (
    SELECT alarm_id, id, at, COALESCE(data ->> 'reason', '') AS reason,
        COALESCE(data ->> 'target', '') AS target,
        row_number() OVER (PARTITION BY alarm_id ORDER BY id DESC) AS back
    FROM alarm_events
    WHERE alarm_id = ANY (%(ids)s) AND event IN ('step_empty', 'nobody_left_to_send')
) AS empty_steps
WHERE back <= 10
ORDER BY alarm_id, id

-- name: journal_of
-- The journal with the names that its ids stand for today.
SELECT e.at, e.event, e.actor, e.via, e.data, COALESCE(p.name, '') AS actor_name
FROM alarm_events e
LEFT JOIN users u ON u.id = substring(e.actor FROM '^user:([0-9]+)$')::bigint
LEFT JOIN people p ON p.id = COALESCE(u.person_id,
    substring(e.actor FROM '^(?:contact|responder):([0-9]+)$')::bigint)
WHERE e.alarm_id = %(id)s
ORDER BY e.id

-- name: notes_of
SELECT n.at, n.text, COALESCE(p.name, '') AS actor_name
FROM notes n
LEFT JOIN users u ON u.id = substring(n.actor FROM '^user:([0-9]+)$')::bigint
LEFT JOIN people p ON p.id = COALESCE(u.person_id,
    substring(n.actor FROM '^(?:contact|responder):([0-9]+)$')::bigint)
WHERE n.alarm_id = %(id)s
ORDER BY n.id

-- name: notifications_of
SELECT n.id, n.alarm_id, COALESCE(p.name, '') AS person_name, n.purpose, n.channel, n.state,
    n.error_code, n.created_at, n.sent_at, n.finished_at
FROM notifications n LEFT JOIN people p ON p.id = n.person_id
WHERE n.alarm_id = %(id)s AND n.channel <> 'webhook'
ORDER BY n.id

-- name: notifications_by_id
SELECT n.id, n.alarm_id, COALESCE(p.name, '') AS person_name, n.purpose, n.channel, n.state,
    n.error_code, n.created_at, n.sent_at, n.finished_at
FROM notifications n LEFT JOIN people p ON p.id = n.person_id
WHERE n.id = ANY (%(ids)s) AND n.channel <> 'webhook'
ORDER BY n.id

-- name: devices_by_id
SELECT d.id, d.home_id, h.code AS home, d.code, d.dialect, d.model, d.role, d.room, d.online,
    d.found_at, d.bound_at, d.last_seen_at, d.vendor, d.suggests, d.actions, d.call_actions,
    d.last_press, d.last_press_at
FROM devices d JOIN homes h ON h.id = d.home_id
WHERE d.id = ANY (%(ids)s)
ORDER BY d.id

-- name: recent_of_home
-- The home's other alarms, newest first.
SELECT a.id, a.code, a.kind, a.priority, a.state, a.raised_at, a.closed_at, a.outcome
FROM alarms a
WHERE a.home_id = %(home_id)s AND a.id <> %(id)s
ORDER BY a.raised_at DESC
LIMIT %(limit)s
