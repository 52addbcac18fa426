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

-- name: paths
-- The names from the district down to each of these areas.
WITH RECURSIVE up AS (
    SELECT id AS area_id, id, parent_id, name, 0 AS height FROM areas WHERE id = ANY (%(ids)s)
    UNION ALL
    SELECT up.area_id, a.id, a.parent_id, a.name, up.height + 1
    FROM up JOIN areas a ON a.id = up.parent_id
)
SELECT area_id, array_agg(name ORDER BY height DESC) AS path FROM up GROUP BY area_id

-- name: below
-- The area with this code and all below it.
WITH RECURSIVE down AS (
    SELECT id FROM areas WHERE code = %(code)s
    UNION ALL
    SELECT a.id FROM areas a JOIN down ON a.parent_id = down.id
)
SELECT id FROM down

-- name: zone_of
WITH RECURSIVE up AS (
    SELECT id, parent_id, timezone, 0 AS steps FROM areas WHERE id = %(area_id)s
    UNION ALL
    SELECT a.id, a.parent_id, a.timezone, up.steps + 1 FROM areas a JOIN up ON a.id = up.parent_id
)
SELECT timezone FROM up WHERE timezone IS NOT NULL ORDER BY steps LIMIT 1

-- name: zone_of_home
WITH RECURSIVE up AS (
    SELECT a.id, a.parent_id, a.timezone, 0 AS steps
    FROM homes h JOIN areas a ON a.id = h.area_id WHERE h.id = %(home_id)s
    UNION ALL
    SELECT a.id, a.parent_id, a.timezone, up.steps + 1 FROM areas a JOIN up ON a.id = up.parent_id
)
SELECT timezone FROM up WHERE timezone IS NOT NULL ORDER BY steps LIMIT 1

-- name: zones_of
-- Up the tree of each until one has a zone.
WITH RECURSIVE up AS (
    SELECT id AS area_id, parent_id, timezone FROM areas WHERE id = ANY (%(area_ids)s)
    UNION ALL
    SELECT up.area_id, a.parent_id, a.timezone FROM areas a JOIN up ON a.id = up.parent_id
    WHERE up.timezone IS NULL
)
SELECT area_id, timezone FROM up WHERE timezone IS NOT NULL

-- name: zones_in_use
SELECT DISTINCT timezone FROM areas WHERE timezone IS NOT NULL

-- name: area_named
SELECT id FROM areas WHERE code = %(code)s

-- name: area_name
SELECT name FROM areas WHERE id = %(id)s
