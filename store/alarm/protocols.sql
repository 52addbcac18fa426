-- What an operator does with an alarm of a kind.

-- name: in_force
SELECT * FROM protocols WHERE kind = %(kind)s AND created_at <= %(at)s
ORDER BY version DESC LIMIT 1

-- name: newest
SELECT DISTINCT ON (kind) * FROM protocols ORDER BY kind, version DESC

-- name: versions
SELECT * FROM protocols WHERE kind = %(kind)s ORDER BY version DESC

-- name: one_at_a_time
SELECT pg_advisory_xact_lock(hashtextextended('protocol:' || %(kind)s, 7))

-- name: add
INSERT INTO protocols (kind, version, lines, review_by, created_at, created_by)
SELECT %(kind)s, COALESCE(max(version), 0) + 1, %(lines)s, %(review_by)s, %(now)s, %(by)s
FROM protocols WHERE kind = %(kind)s
RETURNING *

-- name: ticks
SELECT DISTINCT ON (e.data ->> 'line') e.data ->> 'line' AS line, e.at, e.actor,
    COALESCE(p.name, '') AS actor_name
FROM alarm_events e
LEFT JOIN users u ON u.id = substring(e.actor FROM '^user:([0-9]+)$')::bigint
LEFT JOIN people p ON p.id = u.person_id
WHERE e.alarm_id = %(alarm_id)s AND e.event = 'protocol_done'
ORDER BY e.data ->> 'line', e.id
