-- How often one telephone was tried by one carrier, and which call is on it, over all alarms.

-- name: hold
-- Until the end of the transaction: of two messages to one telephone the second counts the first.
SELECT pg_advisory_xact_lock(hashtextextended(%(carrier)s || ' ' || %(channel)s || ' ' || %(address)s, 21))

-- name: tried
SELECT tried_at FROM notifications
WHERE address = %(address)s AND carrier = %(carrier)s AND channel = %(channel)s
    AND tried_at > %(since)s AND id <> %(not_counted)s
ORDER BY tried_at

-- name: postpone
-- It was not tried: that is no try of its own.
UPDATE notifications SET state = 'QUEUED', due_at = %(due_at)s, error_code = %(error_code)s,
    attempts = attempts - 1
WHERE id = %(id)s AND claimed_by = %(by)s AND state = 'SENDING'
RETURNING *

-- name: hold_line
-- Until the end of the transaction: of two calls to one telephone the second sees the first.
SELECT pg_advisory_xact_lock(hashtextextended('line ' || %(address)s, 21))

-- name: other_calls
-- A call that was never taken by its carrier has rung nowhere.
SELECT COALESCE(n.sent_at, n.tried_at) AS begun_at,
    n.state = 'FAILED' OR n.state = 'DELIVERED' AND n.provider_rank <> %(talks)s AS over,
    n.alarm_id IS DISTINCT FROM %(alarm_id)s::bigint AND o.home_id IS NOT NULL
        AND o.home_id = m.home_id AS same_home
FROM notifications n LEFT JOIN alarms o ON o.id = n.alarm_id
LEFT JOIN alarms m ON m.id = %(alarm_id)s
WHERE n.address = %(address)s AND n.channel = 'voice' AND n.id <> %(id)s
    AND n.carrier <> '' AND n.tried_at > %(since)s
    AND (n.state IN ('SENDING', 'SENT', 'DELIVERED') OR (n.state = 'FAILED' AND n.provider_rank > 0))
UNION ALL
SELECT NULL, false, false FROM notifications w
WHERE w.state = 'QUEUED' AND w.channel = 'voice' AND w.address = %(address)s AND w.id <> %(id)s
    AND w.fault IS NULL AND w.error_code IS NULL AND w.urgency < %(urgency)s
    AND w.due_at > %(since)s AND w.due_at <= %(now)s

-- name: hung_up
UPDATE notifications SET provider_rank = %(rank)s
WHERE id = %(id)s AND state = 'DELIVERED' AND provider_rank = %(talks)s

-- name: await_line
-- It was not tried, and nothing is wrong with it.
UPDATE notifications SET state = 'QUEUED', due_at = %(due_at)s, attempts = attempts - 1
WHERE id = %(id)s AND claimed_by = %(by)s AND state = 'SENDING'
RETURNING *

-- name: line_is_free
-- Of those that wait for nothing else.
UPDATE notifications SET due_at = %(now)s
WHERE id = (
    SELECT id FROM notifications
    WHERE state = 'QUEUED' AND channel = 'voice' AND address = %(address)s
        AND fault IS NULL AND error_code IS NULL AND due_at > %(now)s
    ORDER BY urgency, created_at, id
    LIMIT 1
    FOR UPDATE SKIP LOCKED)
RETURNING *
