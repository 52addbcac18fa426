-- The secrets in the names of our sessions at the broker.

-- name: add
-- Whoever comes first decides which is current; a secret that is known stays what it is.
INSERT INTO broker_sessions (secret, created_at, is_current)
VALUES (%(secret)s, %(now)s, %(current)s)
ON CONFLICT DO NOTHING

-- name: current
SELECT secret FROM broker_sessions WHERE is_current

-- name: not_emptied
SELECT secret FROM broker_sessions WHERE NOT is_current AND NOT %(lane)s = ANY (emptied)
ORDER BY created_at, secret

-- name: emptied
UPDATE broker_sessions SET emptied = array_append(emptied, %(lane)s)
WHERE secret = %(secret)s AND NOT %(lane)s = ANY (emptied)
