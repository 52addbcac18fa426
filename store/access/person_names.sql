-- Names for the ids in journals, users to transfer an alarm to, the language one reads.

-- name: of_people
SELECT id, name FROM people WHERE id = ANY (%(ids)s)

-- name: of_users
SELECT u.id, p.name FROM users u JOIN people p ON p.id = u.person_id WHERE u.id = ANY (%(ids)s)

-- name: at_the_desk
-- Who may own alarms, by name.
SELECT u.id, u.person_id, u.username, p.name, p.language, u.role
FROM users u JOIN people p ON p.id = u.person_id
WHERE u.role IN ('operator', 'supervisor', 'admin') AND u.disabled_at IS NULL
    AND u.password_hash <> '!'
ORDER BY p.name, u.id

-- name: installers
-- Who works for the depot, by name.
SELECT u.id, u.person_id, u.username, p.name, p.language, u.role
FROM users u JOIN people p ON p.id = u.person_id
WHERE u.role = 'installer' AND u.disabled_at IS NULL AND u.password_hash <> '!'
ORDER BY p.name, u.id

-- name: set_language
UPDATE people SET language = %(language)s WHERE id = %(id)s
