-- The thread of a person with the centre.

-- name: thread
-- Both directions, the newest first, behind the given place. How to get into a home is in no
-- thread: whoever sees it is recorded elsewhere.
SELECT * FROM (
    (SELECT 'in' AS direction, m.id, m.received_at AS at, m.person_id,
        COALESCE(p.name, '') AS name, m.alarm_id, m.body AS text, m.understood AS meaning,
        'sms' AS channel, 'RECEIVED' AS state, NULL AS error_code,
        m.for_desk AND m.read_at IS NULL AS unread
    FROM inbound_messages m LEFT JOIN people p ON p.id = m.person_id
    WHERE m.person_id = %(person_id)s
        AND (%(at)s::timestamptz IS NULL
            OR (m.received_at, 'in', m.id) < (%(at)s, %(direction)s::text, %(id)s::bigint))
    ORDER BY m.received_at DESC, m.id DESC LIMIT %(limit)s)
    UNION ALL
    (SELECT 'out', n.id, n.created_at, n.person_id, COALESCE(p.name, ''), n.alarm_id,
        CASE WHEN n.purpose = 'access' THEN '' ELSE n.body END, n.purpose, n.channel, n.state,
        n.error_code, false
    FROM notifications n JOIN people p ON p.id = n.person_id
    WHERE n.person_id = %(person_id)s
        AND (%(at)s::timestamptz IS NULL
            OR (n.created_at, 'out', n.id) < (%(at)s, %(direction)s::text, %(id)s::bigint))
    ORDER BY n.created_at DESC, n.id DESC LIMIT %(limit)s)
) AS both_ways
ORDER BY at DESC, direction DESC, id DESC
LIMIT %(limit)s

-- name: about_alarm
-- What those who were told, or sent, wrote while the alarm was open, also what was taken for another
-- danger of the home, and what the desk answered; the last ones, the newest first.
WITH a AS (SELECT * FROM alarms WHERE id = %(alarm_id)s),
told AS (
    SELECT person_id FROM notifications WHERE alarm_id = %(alarm_id)s AND person_id IS NOT NULL
    UNION
    SELECT d.responder_id FROM dispatches d JOIN dispatch_alarms j ON j.dispatch_id = d.id
    WHERE j.alarm_id = %(alarm_id)s
), written AS (
    SELECT m.* FROM inbound_messages m WHERE m.alarm_id = %(alarm_id)s
    UNION ALL
    SELECT m.* FROM a CROSS JOIN told JOIN inbound_messages m ON m.person_id = told.person_id
        AND m.received_at >= a.raised_at
        AND m.received_at <= COALESCE(a.closed_at, 'infinity')
    WHERE m.alarm_id IS NULL OR (m.alarm_id <> a.id AND a.priority <= %(least)s AND EXISTS (
        SELECT FROM alarms b WHERE b.id = m.alarm_id AND b.home_id = a.home_id
            AND b.priority <= %(least)s))
)
SELECT * FROM (
    SELECT 'in' AS direction, m.id, m.received_at AS at, m.person_id,
        COALESCE(p.name, '') AS name, m.alarm_id, m.body AS text, m.understood AS meaning,
        'sms' AS channel, 'RECEIVED' AS state, NULL AS error_code,
        m.for_desk AND m.read_at IS NULL AS unread
    FROM written m LEFT JOIN people p ON p.id = m.person_id
    UNION ALL
    SELECT 'out', n.id, n.created_at, n.person_id, COALESCE(p.name, ''), n.alarm_id, n.body,
        n.purpose, n.channel, n.state, n.error_code, false
    FROM notifications n JOIN people p ON p.id = n.person_id
    WHERE n.alarm_id = %(alarm_id)s AND n.purpose = 'reply'
) AS both_ways
ORDER BY at DESC, direction DESC, id DESC
LIMIT %(limit)s

-- name: for_desk
-- What no rule understood, the newest first.
SELECT m.id, m.received_at, m.address, m.person_id, COALESCE(p.name, '') AS name, m.alarm_id,
    m.understood, m.body AS text, m.read_at, m.read_by
FROM inbound_messages m LEFT JOIN people p ON p.id = m.person_id
WHERE m.for_desk AND (%(before)s::bigint IS NULL OR m.id < %(before)s)
    AND (%(unread)s::boolean IS NULL OR (m.read_at IS NULL) = %(unread)s)
ORDER BY m.id DESC
LIMIT %(limit)s

-- name: get
SELECT m.id, m.received_at, m.address, m.person_id, COALESCE(p.name, '') AS name, m.alarm_id,
    m.understood, m.body AS text, m.read_at, m.read_by
FROM inbound_messages m LEFT JOIN people p ON p.id = m.person_id
WHERE m.id = %(id)s

-- name: hold
SELECT id FROM inbound_messages WHERE id = %(id)s FOR UPDATE

-- name: leave_for_desk
UPDATE inbound_messages SET for_desk = true WHERE provider_id = %(provider_id)s

-- name: mark_read
UPDATE inbound_messages SET read_at = %(now)s, read_by = %(user_id)s
WHERE id = %(id)s AND read_at IS NULL
RETURNING id

-- name: tie_to_alarm
UPDATE inbound_messages SET alarm_id = %(alarm_id)s, read_at = COALESCE(read_at, %(now)s),
    read_by = COALESCE(read_by, %(user_id)s)
WHERE id = %(id)s

-- name: about
UPDATE inbound_messages SET alarm_id = %(alarm_id)s WHERE provider_id = %(provider_id)s

-- name: mark_answered
-- Whoever answers has read what the person wrote.
UPDATE inbound_messages SET read_at = %(now)s, read_by = %(user_id)s
WHERE person_id = %(person_id)s AND for_desk AND read_at IS NULL

-- name: concerned
-- Whether the person has to do with the alarm: told of it, sent, wrote about it, or belongs to
-- the home.
SELECT EXISTS (SELECT FROM notifications WHERE alarm_id = %(alarm_id)s AND person_id = %(person_id)s)
    OR EXISTS (SELECT FROM dispatches d JOIN dispatch_alarms j ON j.dispatch_id = d.id
        WHERE j.alarm_id = %(alarm_id)s AND d.responder_id = %(person_id)s)
    OR EXISTS (SELECT FROM inbound_messages
        WHERE alarm_id = %(alarm_id)s AND person_id = %(person_id)s)
    OR EXISTS (SELECT FROM alarms a WHERE a.id = %(alarm_id)s AND (
        EXISTS (SELECT FROM contacts c WHERE c.home_id = a.home_id AND c.person_id = %(person_id)s)
        OR EXISTS (SELECT FROM residents r
            WHERE r.home_id = a.home_id AND r.person_id = %(person_id)s)
        OR EXISTS (SELECT FROM key_holders k
            WHERE k.home_id = a.home_id AND k.person_id = %(person_id)s)))

-- name: desk_wrote_last
-- Whether the last text to the person before that moment, answers of ours aside, was the desk's own.
SELECT COALESCE((SELECT purpose = 'reply' FROM notifications
    WHERE person_id = %(person_id)s AND channel = 'sms' AND purpose <> 'answer'
        AND state IN ('SENDING', 'SENT', 'DELIVERED') AND created_at <= %(by)s
    ORDER BY created_at DESC, id DESC LIMIT 1), false)

-- name: answers_since
-- How many answers of a kind the person was sent after that moment.
SELECT count(*) FROM notifications
WHERE person_id = %(person_id)s AND purpose = 'answer' AND created_at > %(since)s
    AND starts_with(dedupe, %(kind)s)
