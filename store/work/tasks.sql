-- What somebody is to do by a date.

-- name: add
INSERT INTO tasks (text, home_id, alarm_id, owner_id, created_by, created_at, due_at)
VALUES (%(text)s, %(home_id)s, %(alarm_id)s, %(owner_id)s, %(created_by)s, %(now)s, %(due_at)s)
RETURNING id

-- name: get
SELECT * FROM tasks t JOIN task_names n USING (id)
WHERE id = %(id)s

-- name: lock
SELECT id FROM tasks WHERE id = %(id)s FOR NO KEY UPDATE

-- name: listed
-- Done ones behind the open ones ('OPEN' > 'DONE'); within both the earliest date first.
SELECT * FROM tasks t JOIN task_names n USING (id)
WHERE t.state = ANY (%(states)s)
    AND (%(owner_id)s::bigint IS NULL OR t.owner_id = %(owner_id)s)
    AND (%(home)s::text IS NULL OR n.home = %(home)s)
    AND (%(after)s::bigint IS NULL OR (t.state = 'DONE', t.due_at, id)
        > (SELECT state = 'DONE', due_at, id FROM tasks WHERE id = %(after)s))
ORDER BY t.state = 'DONE', t.due_at, id
LIMIT %(limit)s

-- name: assign
UPDATE tasks SET owner_id = %(owner_id)s WHERE id = %(id)s

-- name: finish
UPDATE tasks SET state = 'DONE', done_at = %(now)s, done_by = %(by)s, note = %(note)s
WHERE id = %(id)s

-- name: mark_overdue
-- Two at once wait for each other: the supervisor gets one message of it all.
UPDATE tasks t SET escalated_at = %(now)s
WHERE id IN (
    SELECT id FROM tasks
    WHERE state = 'OPEN' AND due_at <= %(now)s AND escalated_at IS NULL
    ORDER BY due_at LIMIT %(limit)s FOR NO KEY UPDATE)
RETURNING t.id, COALESCE(
    (SELECT area_id FROM homes h WHERE h.id = t.home_id),
    (SELECT area_id FROM alarms a WHERE a.id = t.alarm_id)) AS area_id
