-- Who empties a carrier's message queue.

-- name: hold
-- No row: another engine does, until its lease is over.
INSERT INTO carrier_queues AS q (carrier, queue, held_by, held_until)
VALUES (%(carrier)s, %(queue)s, %(by)s, %(until)s)
ON CONFLICT (carrier, queue) DO UPDATE SET held_by = EXCLUDED.held_by, held_until = EXCLUDED.held_until
WHERE q.held_by = EXCLUDED.held_by OR q.held_until <= %(now)s
RETURNING held_until
