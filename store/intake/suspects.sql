-- Who holds a lane, and messages that have ended who took them in.

-- name: hold
-- A new holder; what the one before was at is under suspicion, if it has not let go in order. No
-- row, or one in order: there is nothing to be careful about.
WITH before AS (
    SELECT in_order, working FROM lane_holders WHERE lane = %(lane)s FOR UPDATE
), suspected AS (
    INSERT INTO suspects (digest, noted_at)
    SELECT working, %(now)s FROM before WHERE NOT in_order AND working IS NOT NULL
    ON CONFLICT (digest) DO NOTHING
), held AS (
    INSERT INTO lane_holders (lane, token, in_order) VALUES (%(lane)s, %(token)s, false)
    ON CONFLICT (lane) DO UPDATE SET token = EXCLUDED.token, in_order = false, working = NULL
)
SELECT in_order, working IS NOT NULL AS working FROM before

-- name: let_go
UPDATE lane_holders SET in_order = true, working = NULL
WHERE lane = %(lane)s AND token = %(token)s

-- name: work_at
-- Before the work, which may be the end of the process: it need not survive the database's own.
WITH quick AS (SELECT set_config('synchronous_commit', 'off', true))
UPDATE lane_holders SET working = %(digest)s FROM quick
WHERE lane = %(lane)s AND token = %(token)s

-- name: known
SELECT digest FROM suspects

-- name: expire
-- What has not come again for as long as a broker keeps a session never will.
DELETE FROM suspects WHERE letter_id IS NULL AND noted_at < %(before)s

-- name: find
SELECT digest, letter_id, tried_at FROM suspects WHERE digest = %(digest)s

-- name: set_aside
UPDATE suspects SET letter_id = %(letter)s WHERE digest = %(digest)s

-- name: to_try
-- Letters that wait to be taken in by a process of their own: the new ones, and those somebody asks for.
SELECT l.id FROM suspects s JOIN dead_letters l ON l.id = s.letter_id
WHERE s.tried_at IS NULL OR l.replay_asked_at IS NOT NULL
ORDER BY l.id LIMIT %(limit)s

-- name: tried
-- Before it is tried: a process that dies of it does not try it again by itself.
UPDATE suspects SET tried_at = %(now)s WHERE letter_id = %(letter)s

-- name: not_tried
-- We were told to stop meanwhile: whoever comes next tries it.
UPDATE suspects SET tried_at = NULL WHERE letter_id = %(letter)s

-- name: acquit
DELETE FROM suspects WHERE letter_id = %(letter)s
