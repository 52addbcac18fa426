-- The telephones of the operators at the desk.

-- name: of_user
SELECT phone, since FROM desk_telephones WHERE user_id = %(user_id)s

-- name: belongs_to_another
SELECT EXISTS (SELECT FROM desk_telephones
        WHERE phone = %(phone)s AND since IS NOT NULL AND user_id <> %(user_id)s)
    OR EXISTS (SELECT FROM people p WHERE p.phone = %(phone)s AND p.erased_at IS NULL
        AND p.id <> (SELECT person_id FROM users WHERE id = %(user_id)s))

-- name: start
-- As entered; else the one they had before, else their own.
INSERT INTO desk_telephones AS t (user_id, phone, since)
SELECT u.id, COALESCE(%(phone)s::text, p.phone), %(now)s
FROM users u JOIN people p ON p.id = u.person_id WHERE u.id = %(user_id)s
ON CONFLICT (user_id) DO UPDATE SET
    phone = COALESCE(%(phone)s::text, t.phone, EXCLUDED.phone), since = EXCLUDED.since
RETURNING phone, since

-- name: finish
UPDATE desk_telephones SET since = NULL WHERE user_id = %(user_id)s
