-- Repeats that are counted. A transaction's own are added by store/batching.sql.

-- name: claim
-- The longest waiting first. Alarms are locked before their counts, as by who counts.
SELECT a.* FROM repeat_counts c JOIN alarms a ON a.id = c.alarm_id
WHERE c.first_at <= %(before)s OR c.first_at > %(now)s
ORDER BY c.first_at
LIMIT 1
FOR NO KEY UPDATE OF a SKIP LOCKED

-- name: take
WITH taken AS (DELETE FROM repeat_counts WHERE alarm_id = %(alarm_id)s RETURNING *)
SELECT device_id, times, clears, first_at, last_at FROM taken ORDER BY first_at, device_id

-- name: mark_flapping
UPDATE alarms SET flapping_at = %(now)s WHERE id = %(alarm_id)s
