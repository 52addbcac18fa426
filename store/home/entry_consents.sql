-- Signed consents of residents to their door being forced.

-- name: of_home
-- All there ever were, what is in force first, then the newest. In force is one that was not
-- withdrawn, of somebody who lives there.
SELECT c.id, c.person_id, p.name AS resident, c.given_on, c.document, r.name AS recorded_by,
    c.recorded_at, c.withdrawn_at, w.name AS withdrawn_by,
    c.withdrawn_at IS NULL AND p.erased_at IS NULL AND EXISTS (
        SELECT FROM residents l WHERE l.home_id = c.home_id AND l.person_id = c.person_id) AS in_force
FROM entry_consents c
JOIN people p ON p.id = c.person_id
JOIN users u ON u.id = c.recorded_by JOIN people r ON r.id = u.person_id
LEFT JOIN users v ON v.id = c.withdrawn_by LEFT JOIN people w ON w.id = v.person_id
WHERE c.home_id = %(home_id)s
ORDER BY in_force DESC, c.id DESC

-- name: give
-- No row: the person does not live there, or has given one that is in force.
INSERT INTO entry_consents (home_id, person_id, given_on, document, recorded_by, recorded_at)
SELECT home_id, person_id, %(given_on)s, %(document)s, %(by)s, %(now)s
FROM residents WHERE home_id = %(home_id)s AND person_id = %(person_id)s
ON CONFLICT (home_id, person_id) WHERE withdrawn_at IS NULL DO NOTHING
RETURNING id

-- name: withdraw
UPDATE entry_consents SET withdrawn_at = %(now)s, withdrawn_by = %(by)s
WHERE id = %(id)s AND home_id = %(home_id)s AND withdrawn_at IS NULL
RETURNING id
