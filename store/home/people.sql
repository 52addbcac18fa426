-- People as residents, contacts, key holders, responders and supervisors.

-- name: add_person
INSERT INTO people (name, phone, language) VALUES (%(name)s, %(phone)s, %(language)s) RETURNING id

-- name: add_resident
INSERT INTO residents (home_id, person_id, birth_year, risks)
VALUES (%(home_id)s, %(person_id)s, %(birth_year)s, %(risks)s) RETURNING id

-- name: add_contact
INSERT INTO contacts (home_id, person_id, position, relation, hears)
VALUES (%(home_id)s, %(person_id)s, %(position)s, %(relation)s, %(hears)s) RETURNING id

-- name: add_key_holder
INSERT INTO key_holders (home_id, person_id, note)
VALUES (%(home_id)s, %(person_id)s, %(note)s) RETURNING id

-- name: add_responder
INSERT INTO responders (person_id, kind, area_id, on_duty)
SELECT %(person_id)s, %(kind)s, id, true FROM areas WHERE code = %(area)s RETURNING person_id

-- name: contacts_of
SELECT p.* FROM contacts c JOIN people p ON p.id = c.person_id
WHERE c.home_id = %(home_id)s ORDER BY c.position, c.id

-- name: supervisors_for
-- The supervisor of the district the area is in (else of the highest area that names one), else
-- every supervisor who logs in.
WITH RECURSIVE up AS (
    SELECT id, parent_id, level, supervisor_id, 0 AS steps FROM areas WHERE id = %(area_id)s
    UNION ALL
    SELECT a.id, a.parent_id, a.level, a.supervisor_id, up.steps + 1
    FROM areas a JOIN up ON a.id = up.parent_id
), named AS (
    SELECT supervisor_id AS id FROM up WHERE supervisor_id IS NOT NULL
    ORDER BY level = 'district' DESC, steps DESC LIMIT 1
)
SELECT p.* FROM people p
WHERE p.erased_at IS NULL AND p.id IN (
    SELECT id FROM named
    UNION ALL
    SELECT u.person_id FROM users u
    WHERE u.role = 'supervisor' AND u.disabled_at IS NULL AND NOT EXISTS (SELECT FROM named))
ORDER BY p.id

-- name: authorities_for
-- In the order in which they are called when nobody has taken an alarm: the supervisor of the district,
-- those of the areas above it, of those below it, other supervisors, admins.
WITH RECURSIVE up AS (
    SELECT id, parent_id, level, supervisor_id, 0 AS steps FROM areas WHERE id = %(area_id)s
    UNION ALL
    SELECT a.id, a.parent_id, a.level, a.supervisor_id, up.steps + 1
    FROM areas a JOIN up ON a.id = up.parent_id
), district AS (
    SELECT COALESCE(max(steps) FILTER (WHERE level = 'district'), max(steps)) AS steps FROM up
), ranked AS (
    SELECT supervisor_id AS person_id,
        CASE WHEN up.steps >= district.steps THEN 0 ELSE 100 END + up.steps AS place
    FROM up, district WHERE supervisor_id IS NOT NULL
    UNION ALL
    SELECT u.person_id, CASE WHEN u.role = 'supervisor' THEN 1000 ELSE 1001 END
    FROM users u WHERE u.role IN ('supervisor', 'admin') AND u.disabled_at IS NULL
)
SELECT p.* FROM people p
JOIN (SELECT person_id, min(place) AS place FROM ranked GROUP BY person_id) r
    ON r.person_id = p.id
WHERE p.erased_at IS NULL AND p.phone IS NOT NULL
ORDER BY r.place, p.id

-- name: is_responder
SELECT true FROM responders WHERE person_id = %(person_id)s

-- name: find_person
SELECT * FROM people WHERE id = %(id)s

-- name: find_by_phone
SELECT * FROM people WHERE phone = %(phone)s ORDER BY id

-- name: count_mainland
-- Numbers of mainland China: +852, +853 and +886 are other plans, and longer ones none.
SELECT count(*) FROM people WHERE starts_with(phone, '+86') AND length(phone) <= 14

-- name: resident_in_mainland
-- By the number of a resident of the alarm's home.
SELECT EXISTS (SELECT FROM alarms a JOIN residents r ON r.home_id = a.home_id
    JOIN people p ON p.id = r.person_id
    WHERE a.id = %(alarm_id)s AND starts_with(p.phone, '+86') AND length(p.phone) <= 14)
