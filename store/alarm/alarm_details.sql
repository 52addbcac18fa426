-- One alarm as its page shows it, and devices as pages show them.

-- name: journal_of
-- A page of the journal with the names that its ids stand for today, the newest first.
SELECT e.id, e.at, e.event, e.actor, e.via, e.data, COALESCE(p.name, '') AS actor_name
FROM alarm_events e
LEFT JOIN users u ON u.id = substring(e.actor FROM '^user:([0-9]+)$')::bigint
LEFT JOIN people p ON p.id = COALESCE(u.person_id,
    substring(e.actor FROM '^(?:contact|responder):([0-9]+)$')::bigint)
WHERE e.alarm_id = %(id)s AND (%(before)s::bigint IS NULL OR e.id < %(before)s)
ORDER BY e.id DESC
LIMIT %(limit)s

-- name: lines_of_kinds
-- The last of a journal's lines of these kinds, the newest first.
SELECT e.id, e.at, e.event, e.actor, e.via, e.data, '' AS actor_name
FROM alarm_events e
WHERE e.alarm_id = %(id)s AND e.event = ANY (%(events)s)
ORDER BY e.id DESC
LIMIT %(limit)s

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
    n.error_code, n.created_at, n.sent_at, n.finished_at,
    CASE WHEN n.state IN ('QUEUED', 'SENDING', 'FAILED') THEN n.fault END AS fault
FROM notifications n LEFT JOIN people p ON p.id = n.person_id
WHERE n.alarm_id = %(id)s AND n.channel <> 'webhook'
ORDER BY n.id DESC
LIMIT %(limit)s

-- name: notifications_by_id
SELECT n.id, n.alarm_id, COALESCE(p.name, '') AS person_name, n.purpose, n.channel, n.state,
    n.error_code, n.created_at, n.sent_at, n.finished_at,
    CASE WHEN n.state IN ('QUEUED', 'SENDING', 'FAILED') THEN n.fault END AS fault
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
