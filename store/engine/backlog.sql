-- How much waits, for metrics, readiness and the self-check.

-- name: open_alarms
SELECT priority, count(*), count(*) FILTER (WHERE state = 'RAISED')
FROM alarms WHERE state <> 'CLOSED' GROUP BY priority

-- name: outbox
SELECT lane, count(*), min(due_at) FROM notifications
WHERE state = 'QUEUED' AND due_at <= %(now)s GROUP BY lane

-- name: sending
SELECT min(claimed_at) FROM notifications WHERE state = 'SENDING'

-- name: overdue_timers
SELECT count(*), min(due_at) FROM timers WHERE due_at < %(now)s

-- name: supervision
SELECT (SELECT count(*) FROM hubs WHERE down_since IS NOT NULL),
    (SELECT min(check_at) FROM hubs WHERE revoked_at IS NULL AND alarm_id IS NULL
        AND check_at > '2000-01-01T00:00:00Z'),
    (SELECT min(ends_at) FROM home_modes WHERE ended_at IS NULL)
