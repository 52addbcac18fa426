-- Escalation plans in their versions.

-- name: list
SELECT p.id, p.code, p.version, p.kind, h.code AS home, p.steps, p.cycles, p.created_at,
    p.created_by, p.retired_at
FROM plans p LEFT JOIN homes h ON h.id = p.home_id
WHERE (%(home)s::text IS NULL OR h.code = %(home)s) AND (%(retired)s OR p.retired_at IS NULL)
ORDER BY p.code, p.version DESC

-- name: find
SELECT p.id, p.code, p.version, p.kind, h.code AS home, p.steps, p.cycles, p.created_at,
    p.created_by, p.retired_at
FROM plans p LEFT JOIN homes h ON h.id = p.home_id
WHERE p.code = %(code)s AND p.version = %(version)s

-- name: one_at_a_time
SELECT pg_advisory_xact_lock(hashtextextended('plans', 7))

-- name: in_force
SELECT p.id, p.code, p.version, p.kind, h.code AS home, p.steps, p.cycles, p.created_at,
    p.created_by, p.retired_at
FROM plans p LEFT JOIN homes h ON h.id = p.home_id
WHERE p.retired_at IS NULL
    AND p.kind IS NOT DISTINCT FROM %(kind)s::text
    AND p.home_id IS NOT DISTINCT FROM %(home_id)s::bigint
ORDER BY p.code, p.version DESC

-- name: add
INSERT INTO plans
    (code, version, kind, home_id, steps, cycles, created_at, created_by, retired_at)
SELECT %(code)s, COALESCE(max(version), 0) + 1, %(kind)s, %(home_id)s, %(steps)s, %(cycles)s,
    %(now)s, %(by)s, CASE WHEN %(retired)s THEN %(now)s::timestamptz END
FROM plans WHERE code = %(code)s
RETURNING version

-- name: versions_of
SELECT id, version, kind, steps, cycles, created_by, retired_at FROM plans
WHERE code = %(code)s AND home_id IS NULL ORDER BY version DESC

-- name: retire
UPDATE plans SET retired_at = %(now)s WHERE id = %(id)s AND retired_at IS NULL RETURNING id

-- name: reachable_people
SELECT id, phone IS NOT NULL AND opted_out_at IS NULL AS reachable
FROM people WHERE id = ANY (%(ids)s) AND erased_at IS NULL

-- name: known_areas
SELECT code FROM areas WHERE code = ANY (%(codes)s)

-- name: somebody_supervises
SELECT EXISTS (SELECT FROM people p WHERE p.phone IS NOT NULL AND p.opted_out_at IS NULL
    AND p.erased_at IS NULL AND (
        EXISTS (SELECT FROM areas a WHERE a.supervisor_id = p.id)
        OR EXISTS (SELECT FROM users u WHERE u.person_id = p.id AND u.role = 'supervisor'
            AND u.disabled_at IS NULL)))

-- name: plan_for
-- The most particular plan in force: home and kind, home, kind, any; newest version first. One for
-- any kind is for what endangers somebody, never for a battery.
SELECT * FROM plans
WHERE retired_at IS NULL
    AND (home_id = %(home_id)s OR home_id IS NULL) AND (kind = %(kind)s OR (kind IS NULL AND %(endangers)s))
ORDER BY home_id NULLS LAST, kind NULLS LAST, version DESC
LIMIT 1

-- name: get_plan
SELECT * FROM plans WHERE id = %(id)s
