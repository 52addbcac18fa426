-- How much waits, for metrics, readiness and the self-check.

-- name: open_alarms
SELECT priority, count(*), count(*) FILTER (WHERE state = 'RAISED')
FROM alarms WHERE state <> 'CLOSED' GROUP BY priority

-- name: outbox
-- What a carrier refuses has waited since it was refused first, whenever it is tried again.
SELECT lane, count(*), min(CASE WHEN fault IS NULL THEN due_at ELSE refused_at END)
FROM notifications
WHERE state = 'QUEUED' AND (due_at <= %(now)s OR fault IS NOT NULL) GROUP BY lane

-- name: deliveries
-- Messages by these channels: what waits, and how the newest of them fared since then. What waits is
-- in two parts, each with an index of its own: all that was ever sent is not looked at.
SELECT COALESCE(w.lane, n.lane), COALESCE(w.waiting, 0), w.since, COALESCE(w.refused, 0),
    w.account_code, n.last_sent, COALESCE(n.taken, 0), COALESCE(n.not_taken, 0)
FROM (
    SELECT lane, count(*) AS waiting, count(*) FILTER (WHERE fault IS NOT NULL) AS refused,
        min(CASE WHEN fault IS NOT NULL THEN refused_at WHEN state = 'SENDING' THEN claimed_at
            ELSE due_at END) AS since,
        min(error_code) FILTER (WHERE fault = 'account') AS account_code
    FROM (
        SELECT * FROM notifications
        WHERE state = 'QUEUED' AND channel = ANY (%(channels)s)
            AND (due_at <= %(now)s OR fault IS NOT NULL)
        UNION ALL
        SELECT * FROM notifications WHERE state = 'SENDING' AND channel = ANY (%(channels)s)
    ) AS unsent
    GROUP BY lane
) AS w
FULL JOIN (
    SELECT lane, max(sent_at) AS last_sent, count(*) FILTER (WHERE sent_at >= %(lately)s) AS taken,
        count(*) FILTER (WHERE claimed_at >= %(lately)s AND sent_at IS NULL
            AND (fault IS NOT NULL OR state = 'FAILED')) AS not_taken
    FROM (SELECT * FROM notifications ORDER BY id DESC LIMIT %(newest)s) AS newest
    WHERE channel = ANY (%(channels)s)
    GROUP BY lane
) AS n USING (lane)

-- name: sending
SELECT min(claimed_at) FROM notifications WHERE state = 'SENDING'

-- name: overdue_timers
SELECT count(*), min(due_at) FROM timers WHERE due_at < %(now)s

-- name: supervision
SELECT (SELECT count(*) FROM hubs WHERE down_since IS NOT NULL),
    (SELECT min(check_at) FROM hubs WHERE revoked_at IS NULL AND alarm_id IS NULL
        AND check_at > '2000-01-01T00:00:00Z'),
    (SELECT min(ends_at) FROM home_modes WHERE ended_at IS NULL)
