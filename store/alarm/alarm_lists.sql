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
        SELECT FROM dispatch_alarms j JOIN dispatches s ON s.id = j.dispatch_id
        WHERE j.alarm_id = a.id AND s.responder_id = %(responder)s AND s.state <> 'DECLINED'))
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
        SELECT j.alarm_id FROM dispatches s JOIN dispatch_alarms j ON j.dispatch_id = s.id
        WHERE s.responder_id = %(responder)s AND s.state <> 'DECLINED')))
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
