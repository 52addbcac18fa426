-- Districts, communities, grids: which there are, and which lies in which.

-- name: listed
SELECT a.id, a.code, a.name, a.level, p.code AS parent, a.timezone,
    a.supervisor_id AS supervisor
FROM areas a LEFT JOIN areas p ON p.id = a.parent_id
ORDER BY a.code

-- name: one_at_a_time
-- Two moves at once could each be right and make a ring together.
SELECT pg_advisory_xact_lock(hashtextextended('areas', 7))

-- name: add
-- No row: there is an area of that code.
INSERT INTO areas (parent_id, level, code, name)
VALUES ((SELECT id FROM areas WHERE code = %(parent)s), %(level)s, %(code)s, %(name)s)
ON CONFLICT (code) DO NOTHING
RETURNING id

-- name: change
UPDATE areas SET name = %(name)s, parent_id = (SELECT id FROM areas WHERE code = %(parent)s),
    timezone = %(timezone)s, supervisor_id = %(supervisor)s
WHERE code = %(code)s

-- name: living_in
-- How many homes and responders are directly in each area.
SELECT a.code, (SELECT count(*) FROM homes h WHERE h.area_id = a.id),
    (SELECT count(*) FROM responders r JOIN people p ON p.id = r.person_id
        WHERE r.area_id = a.id AND p.erased_at IS NULL)
FROM areas a
