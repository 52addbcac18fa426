-- What a home has sent, as it was stored: for comparing with what was sent.

-- name: signals
SELECT s.id, d.code AS device, s.signal_id, s.kind, s.active, s.test, s.at, s.received_at, s.late,
    s.alarm_id
FROM devices d JOIN signals s ON s.home_id = d.home_id AND s.device_id = d.id
WHERE d.home_id = %(home_id)s AND s.received_at >= %(since)s AND s.received_at < %(until)s
    AND s.id > %(after)s
ORDER BY s.id
LIMIT %(limit)s

-- name: reports
-- By time of measurement, then device; the next page goes on behind (at, device_id).
SELECT d.code AS device, to_jsonb(r) - 'device_id' - 'at' AS metrics, r.at, r.device_id
FROM readings r JOIN devices d ON d.id = r.device_id
WHERE r.device_id = ANY (%(devices)s) AND r.at >= %(since)s AND r.at < %(until)s
    AND (r.at, r.device_id) > (%(after_at)s, %(after_device)s)
ORDER BY r.at, r.device_id
LIMIT %(limit)s
