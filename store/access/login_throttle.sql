-- Counted log-in tries, and attacks that the desk is told of.

-- name: add_hits
-- One atomic step however many processes count. A window that is over begins anew.
INSERT INTO login_throttle AS t (key, hits, ends_at)
VALUES (%(key)s, greatest(%(amount)s, 0), %(ends_at)s)
ON CONFLICT (key) DO UPDATE SET
    hits = CASE WHEN t.ends_at <= %(now)s THEN EXCLUDED.hits
        ELSE greatest(t.hits + %(amount)s, 0) END,
    ends_at = CASE WHEN t.ends_at <= %(now)s THEN EXCLUDED.ends_at ELSE t.ends_at END
RETURNING hits

-- name: open_window
SELECT hits, ends_at FROM login_throttle WHERE key = %(key)s AND ends_at > %(now)s

-- name: clear
DELETE FROM login_throttle WHERE key = %(key)s

-- name: clear_all
DELETE FROM login_throttle

-- name: forgive
-- Every count with this part: of a name, from wherever it was tried.
DELETE FROM login_throttle WHERE key LIKE '%%/' || %(part)s || '/%%'

-- name: forget
DELETE FROM login_throttle WHERE ends_at <= %(now)s

-- name: note_attack
-- A pause ends an attack: the next one begins its own count. True: it has just begun.
INSERT INTO login_attacks AS a (user_id, address, first_at, last_at)
VALUES (%(user_id)s, %(address)s, %(now)s, %(now)s)
ON CONFLICT (user_id, address) DO UPDATE SET
    first_at = CASE WHEN a.last_at <= %(over)s THEN EXCLUDED.first_at ELSE a.first_at END,
    refused = CASE WHEN a.last_at <= %(over)s THEN 1 ELSE a.refused + 1 END,
    last_at = EXCLUDED.last_at
RETURNING refused = 1

-- name: attacks
-- What goes on now, the worst first.
SELECT u.username, a.address, a.first_at, a.last_at, a.refused
FROM login_attacks a LEFT JOIN users u ON u.id = a.user_id
WHERE a.last_at > %(since)s
ORDER BY a.refused DESC, a.id
LIMIT %(limit)s

-- name: forget_attacks
DELETE FROM login_attacks WHERE last_at <= %(before)s
