-- The database's clock: what the others are compared with, and whether it was put back.

-- name: database_time
-- The only statement that asks the server for the time: nothing is decided by it but whose clock is
-- wrong.
SELECT clock_timestamp()

-- name: lock_latest
SELECT latest FROM clock_state FOR NO KEY UPDATE

-- name: set_latest
UPDATE clock_state SET latest = %(latest)s

-- name: move_timers
-- What was set by the time before: it is due as long after now as it was then. What somebody hid
-- until a time of the day stays.
UPDATE timers SET due_at = due_at - %(back)s::interval WHERE due_at > %(now)s AND kind <> %(hidden)s

-- name: move_messages
-- The same of messages about dangers; the others wait for a time of the day, or can.
UPDATE notifications SET due_at = due_at - %(back)s::interval
WHERE state = 'QUEUED' AND due_at > %(now)s AND lane <> %(routine)s
