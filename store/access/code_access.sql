-- Access by an alarm's code instead of a log-in.

-- name: answerers
-- Who may answer the open alarm of that code: who was told of it or written to about it as a
-- contact, and who was asked to go. As in alarms.open_for_person, seen from the alarm.
SELECT DISTINCT a.id AS alarm_id, p.id AS person_id, p.phone
FROM alarms a
JOIN people p ON p.phone IS NOT NULL AND p.erased_at IS NULL
WHERE a.code = %(code)s AND a.state <> 'CLOSED' AND p.id IN (
    SELECT n.person_id FROM notifications n
    LEFT JOIN contacts c ON c.home_id = a.home_id AND c.person_id = n.person_id
    WHERE n.alarm_id = a.id AND (c.id IS NOT NULL OR n.purpose = 'alarm')
    UNION ALL
    SELECT d.responder_id FROM dispatch_alarms j JOIN dispatches d ON d.id = j.dispatch_id
    WHERE j.alarm_id = a.id
        AND d.state IN ({{answerable_dispatch_states}}))
ORDER BY p.id

-- name: one_try_at_a_time
-- However many come at once: each is counted before the next is looked at.
SELECT pg_advisory_xact_lock(hashtextextended('code', 7))

-- name: recent_tries
SELECT
    count(*) FILTER (WHERE code = %(code)s AND at > %(since)s),
    count(*) FILTER (WHERE address = %(address)s AND at > %(since)s),
    count(*) FILTER (WHERE at > %(since)s),
    count(*) FILTER (WHERE ending = %(ending)s AND at > %(lately)s),
    min(at) FILTER (WHERE ending = %(ending)s AND at > %(lately)s),
    count(*) FILTER (WHERE address = %(address)s AND at > %(lately)s),
    min(at) FILTER (WHERE address = %(address)s AND at > %(lately)s)
FROM code_tries

-- name: add_try
INSERT INTO code_tries (code, ending, address, at)
VALUES (%(code)s, %(ending)s, %(address)s, %(now)s)

-- name: forget_tries
DELETE FROM code_tries WHERE at <= %(before)s

-- name: was_right
-- Only this very pair: who has one of their own could else wipe out their guesses at others.
DELETE FROM code_tries WHERE code = %(code)s AND ending = %(ending)s

-- name: last_dispatch
-- The newest dispatch of a responder to an alarm.
SELECT d.* FROM dispatches d JOIN dispatch_alarms j ON j.dispatch_id = d.id
WHERE j.alarm_id = %(alarm_id)s AND d.responder_id = %(person_id)s
ORDER BY d.id DESC LIMIT 1
