-- Who can log in.

-- name: find
SELECT u.id, u.person_id, u.username, p.name, p.language, u.role
FROM users u JOIN people p ON p.id = u.person_id
WHERE u.id = %(id)s AND u.disabled_at IS NULL

-- name: add
INSERT INTO users (person_id, username, password_hash, role, created_at)
VALUES (%(person_id)s, %(username)s, %(password_hash)s, %(role)s, %(now)s)
RETURNING id
