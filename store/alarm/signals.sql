-- name: add_signal
-- No row: this home, device and id are known; the signal was counted before.
INSERT INTO signals
    (home_id, device_id, signal_id, kind, active, test, at, received_at, device_time, late)
VALUES
    (%(home_id)s, %(device_id)s, %(signal_id)s, %(kind)s, %(active)s, %(test)s, %(at)s,
     %(received_at)s, %(device_time)s, %(late)s)
ON CONFLICT (home_id, device_id, signal_id) WHERE signal_id IS NOT NULL DO NOTHING
RETURNING id

-- name: known_signal
SELECT kind, at, device_time, received_at, alarm_id FROM signals
WHERE home_id = %(home_id)s AND device_id = %(device_id)s AND signal_id = %(signal_id)s

-- name: newer_than
-- Whether the device has said something of this kind that happened later.
SELECT true FROM signals
WHERE home_id = %(home_id)s AND device_id = %(device_id)s AND kind = %(kind)s AND at > %(at)s
    AND id <> %(id)s
LIMIT 1
