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
-- The last use of a hub's id: as the hub sent it, or with when it came after an @.
SELECT s.kind, s.at, s.device_time, s.received_at, s.alarm_id,
    COALESCE(a.state <> 'CLOSED', false) AS alarm_open, s.active
FROM signals s LEFT JOIN alarms a ON a.id = s.alarm_id
WHERE s.home_id = %(home_id)s AND s.device_id = %(device_id)s
    AND (s.signal_id = %(signal_id)s OR starts_with(s.signal_id, %(signal_id)s || '@'))
ORDER BY s.received_at DESC, s.id DESC
LIMIT 1

-- name: newer_than
-- Whether the device has said something of this kind that happened later: what claims a later time
-- has come at most 5 minutes before it.
SELECT true FROM signals
WHERE home_id = %(home_id)s AND device_id = %(device_id)s AND kind = %(kind)s AND at > %(at)s
    AND received_at > %(at)s::timestamptz - interval '5 minutes' AND id <> %(id)s
ORDER BY received_at DESC LIMIT 1
