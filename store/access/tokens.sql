-- Bearer tokens of programs: only their hashes are stored.

-- name: add
INSERT INTO tokens (token_hash, user_id, label, created_at, expires_at)
VALUES (%(token_hash)s, %(user_id)s, %(label)s, %(now)s, %(expires_at)s) RETURNING id

-- name: find_user
SELECT u.id, u.person_id, u.username, p.name, p.language, u.role
FROM tokens t JOIN users u ON u.id = t.user_id JOIN people p ON p.id = u.person_id
WHERE t.token_hash = %(token_hash)s AND t.revoked_at IS NULL AND u.disabled_at IS NULL
    AND COALESCE(t.expires_at, t.created_at + interval '365 days') > %(now)s

-- name: revoke
UPDATE tokens SET revoked_at = %(now)s WHERE id = %(id)s AND revoked_at IS NULL RETURNING id

-- name: listed
-- In force, or ended since then; the next to end first.
SELECT t.id, u.username, u.role, t.label, t.created_at,
    COALESCE(t.expires_at, t.created_at + interval '365 days') AS expires_at, t.revoked_at
FROM tokens t JOIN users u ON u.id = t.user_id
WHERE COALESCE(t.revoked_at, t.expires_at, t.created_at + interval '365 days') > %(since)s
ORDER BY t.revoked_at IS NOT NULL, 6, t.id
