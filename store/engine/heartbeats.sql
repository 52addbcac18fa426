-- Heartbeats of the processes.

-- name: beat
INSERT INTO heartbeats (process, instance, at, detail)
VALUES (%(process)s, %(instance)s, %(at)s, %(detail)s)
ON CONFLICT (process, instance) DO UPDATE SET at = EXCLUDED.at, detail = EXCLUDED.detail

-- name: latest
SELECT * FROM heartbeats ORDER BY process, at DESC

-- name: forget
DELETE FROM heartbeats WHERE process = %(process)s AND instance = %(instance)s
