-- Alarms shelved for a time, and alarms linked with each other. Their rows are locked by the caller.

-- name: ask_to_shelve
UPDATE alarms SET shelve_asked_by = %(by)s, shelve_asked_until = %(until)s, version = version + 1
WHERE id = %(id)s RETURNING *

-- name: shelve
UPDATE alarms SET shelved_until = %(until)s, shelve_asked_by = NULL, shelve_asked_until = NULL,
    version = version + 1
WHERE id = %(id)s RETURNING *

-- name: unshelve
UPDATE alarms SET shelved_until = NULL, shelve_asked_by = NULL, shelve_asked_until = NULL,
    version = version + 1
WHERE id = %(id)s RETURNING *

-- name: link
UPDATE alarms SET linked_to = %(to)s, version = version + 1 WHERE id = %(id)s RETURNING *

-- name: linked_with
-- All alarms of a group: the first one, and those linked to it.
SELECT * FROM alarms WHERE id = %(root)s OR linked_to = %(root)s ORDER BY id FOR NO KEY UPDATE
