-- Gaps in the cover.

-- name: areas_to_cover
SELECT a.id, a.code, a.name, a.parent_id,
    (a.level = 'grid' OR EXISTS (SELECT FROM homes h WHERE h.area_id = a.id)) AS covered
FROM areas a
ORDER BY a.id

-- name: lock_cover
SELECT pg_advisory_xact_lock(hashtextextended('cover', 7))

-- name: cover_checked
SELECT checked_at, ahead_until FROM cover_checks

-- name: set_cover_checked
INSERT INTO cover_checks (checked_at, ahead_until) VALUES (%(now)s, %(ahead_until)s)
ON CONFLICT (one) DO UPDATE SET checked_at = EXCLUDED.checked_at,
    ahead_until = EXCLUDED.ahead_until

-- name: gaps
SELECT c.id, c.area_id, a.code AS area, a.name AS area_name, c.starts_at, c.ends_at, c.found_at
FROM cover_gaps c JOIN areas a ON a.id = c.area_id
WHERE %(areas)s::bigint[] IS NULL OR c.area_id = ANY (%(areas)s)
ORDER BY c.starts_at, a.code

-- name: add_gap
INSERT INTO cover_gaps (area_id, starts_at, ends_at, found_at)
VALUES (%(area_id)s, %(starts_at)s, %(ends_at)s, %(now)s)

-- name: move_gap
UPDATE cover_gaps SET starts_at = %(starts_at)s, ends_at = %(ends_at)s WHERE id = %(id)s

-- name: remove_gap
DELETE FROM cover_gaps WHERE id = %(id)s

-- name: journal_cover
INSERT INTO cover_events (area_id, at, event, starts_at, ends_at)
VALUES (%(area_id)s, %(now)s, %(event)s, %(starts_at)s, %(ends_at)s)

-- name: cover_events
SELECT e.id, e.area_id, a.code AS area, e.at, e.event, e.starts_at, e.ends_at
FROM cover_events e JOIN areas a ON a.id = e.area_id
WHERE (%(areas)s::bigint[] IS NULL OR e.area_id = ANY (%(areas)s))
    AND (%(before)s::bigint IS NULL OR e.id < %(before)s)
ORDER BY e.id DESC
LIMIT %(limit)s
