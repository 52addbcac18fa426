-- Messages that are not wanted any more.

-- name: waiting
-- Not what a sender holds: that may have left.
SELECT * FROM notifications
WHERE alarm_id = %(alarm_id)s AND state = 'QUEUED'
    AND purpose IN ('alarm', 'offer', 'access', 'told')
ORDER BY id
FOR UPDATE

-- name: awaited
-- Of what nobody has answered yet, and would go on by another channel: the newest of each chain.
SELECT DISTINCT ON (n.chain) n.* FROM timers t JOIN notifications n ON n.chain = t.ref
WHERE t.alarm_id = %(alarm_id)s AND t.kind = %(kind)s AND n.chain <> ''
ORDER BY n.chain, n.id DESC

-- name: cancel
UPDATE notifications SET state = 'CANCELLED', finished_at = %(now)s
WHERE id = %(id)s AND state IN ('QUEUED', 'SENDING')
RETURNING true

-- name: send_apart
-- What was to leave inside a message that is cancelled.
UPDATE notifications SET state = 'QUEUED', finished_at = NULL, bundled_into = NULL,
    due_at = %(now)s
WHERE bundled_into = %(id)s AND state = 'CANCELLED'
RETURNING *
