-- How often one telephone was tried by one carrier, over all alarms.

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
