-- How much waits, for metrics and readiness.

-- name: open_alarms
SELECT priority, count(*), count(*) FILTER (WHERE state = 'RAISED')
FROM alarms WHERE state <> 'CLOSED' GROUP BY priority

-- name: outbox
SELECT lane, count(*) FROM notifications WHERE state = 'QUEUED' AND due_at <= %(now)s GROUP BY lane

-- name: overdue_timers
SELECT count(*), min(due_at) FROM timers WHERE due_at < %(now)s
