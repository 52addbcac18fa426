-- Log-ins of users: passwords, sessions, tokens, failed tries.

-- name: credentials
-- The stored hash of somebody who may log in.
SELECT id, password_hash FROM users WHERE username = %(username)s AND disabled_at IS NULL

-- name: set_password
UPDATE users SET password_hash = %(password_hash)s WHERE username = %(username)s RETURNING id

-- name: find_username
SELECT u.id, u.person_id, u.username, p.name, p.language, u.role
FROM users u JOIN people p ON p.id = u.person_id
WHERE u.username = %(username)s AND u.disabled_at IS NULL

-- name: disable
UPDATE users SET disabled_at = %(now)s WHERE username = %(username)s AND disabled_at IS NULL
RETURNING id

-- name: end_sessions_of
DELETE FROM sessions WHERE user_id = %(user_id)s
    AND token_hash IS DISTINCT FROM %(but)s::bytea

-- name: tell_of_end
-- To the broadcasters of all api processes: some sessions or tokens are no longer in force.
SELECT pg_notify('anxin', 'access')

-- name: add_session
INSERT INTO sessions (token_hash, user_id, csrf, created_at, expires_at)
VALUES (%(token_hash)s, %(user_id)s, %(csrf)s, %(now)s, %(expires_at)s)

-- name: find_session
SELECT u.id, u.person_id, u.username, p.name, p.language, u.role, s.csrf, s.created_at, s.expires_at
FROM sessions s JOIN users u ON u.id = s.user_id JOIN people p ON p.id = u.person_id
WHERE s.token_hash = %(token_hash)s AND s.expires_at > %(now)s AND u.disabled_at IS NULL

-- name: extend_session
UPDATE sessions SET expires_at = %(expires_at)s WHERE token_hash = %(token_hash)s

-- name: end_session
DELETE FROM sessions WHERE token_hash = %(token_hash)s

-- name: has_others
SELECT EXISTS (SELECT FROM sessions WHERE user_id = %(user_id)s AND expires_at > %(now)s)

-- name: end_expired_sessions
DELETE FROM sessions WHERE expires_at <= %(now)s

-- name: still_valid
-- Which of these sessions and tokens still let their user in.
SELECT s.token_hash FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.token_hash = ANY (%(hashes)s) AND s.expires_at > %(now)s AND u.disabled_at IS NULL
UNION ALL
SELECT t.token_hash FROM tokens t JOIN users u ON u.id = t.user_id
WHERE t.token_hash = ANY (%(hashes)s) AND t.revoked_at IS NULL AND u.disabled_at IS NULL
    AND COALESCE(t.expires_at, t.created_at + interval '365 days') > %(now)s
