-- Who is on duty when, and where nobody is.

-- name: responders_for
-- Those of an area and of all above it. A shift's times are read in the zone of the responder's
-- own area: the nearest one at or above it that names a zone.
WITH RECURSIVE up AS (
    SELECT id, parent_id, code, level, timezone, 0 AS steps FROM areas WHERE id = %(area_id)s
    UNION ALL
    SELECT a.id, a.parent_id, a.code, a.level, a.timezone, up.steps + 1
    FROM areas a JOIN up ON a.id = up.parent_id
)
SELECT r.person_id, p.name, p.phone, p.language, p.opted_out_at, r.kind, r.area_id,
    up.code AS area, up.level, up.steps,
    (SELECT u.timezone FROM up u WHERE u.steps >= up.steps AND u.timezone IS NOT NULL
        ORDER BY u.steps LIMIT 1) AS timezone,
    r.on_duty, r.skills, r.latitude, r.longitude,
    (SELECT count(*) FROM dispatches d WHERE d.responder_id = r.person_id
        AND d.state IN ({{live_dispatch_states}})) AS load
FROM responders r
JOIN up ON up.id = r.area_id
JOIN people p ON p.id = r.person_id
WHERE p.erased_at IS NULL
ORDER BY r.person_id

-- name: responders_around
-- Those of the areas in the same district (the highest area above, where none is one) that the area
-- does not lie in, without a live dispatch. They count as two areas away.
WITH RECURSIVE up AS (
    SELECT id, parent_id, level, timezone, 0 AS steps FROM areas WHERE id = %(area_id)s
    UNION ALL
    SELECT a.id, a.parent_id, a.level, a.timezone, up.steps + 1
    FROM areas a JOIN up ON a.id = up.parent_id
), top AS (
    SELECT id, steps FROM up ORDER BY level = 'district' DESC, steps DESC LIMIT 1
), down AS (
    SELECT a.id, a.code, a.level, COALESCE(a.timezone, (SELECT u.timezone FROM up u
        WHERE u.steps > top.steps AND u.timezone IS NOT NULL ORDER BY u.steps LIMIT 1)) AS timezone
    FROM areas a JOIN top ON a.id = top.id
    UNION ALL
    SELECT a.id, a.code, a.level, COALESCE(a.timezone, down.timezone)
    FROM areas a JOIN down ON a.parent_id = down.id
)
SELECT r.person_id, p.name, p.phone, p.language, p.opted_out_at, r.kind, r.area_id,
    down.code AS area, down.level, 2 AS steps, down.timezone, r.on_duty, r.skills, r.latitude,
    r.longitude, 0::bigint AS load
FROM responders r
JOIN down ON down.id = r.area_id
JOIN people p ON p.id = r.person_id
WHERE p.erased_at IS NULL AND down.id NOT IN (SELECT id FROM up)
    AND NOT EXISTS (SELECT FROM dispatches d WHERE d.responder_id = r.person_id
        AND d.state IN ({{live_dispatch_states}}))
ORDER BY r.person_id

-- name: all_responders
WITH RECURSIVE down AS (
    SELECT id, code, level, timezone FROM areas WHERE parent_id IS NULL
    UNION ALL
    SELECT a.id, a.code, a.level, COALESCE(a.timezone, down.timezone)
    FROM areas a JOIN down ON a.parent_id = down.id
)
SELECT r.person_id, p.name, p.phone, p.language, p.opted_out_at, r.kind, r.area_id,
    down.code AS area, down.level, 0 AS steps, down.timezone, r.on_duty, r.skills, r.latitude,
    r.longitude,
    (SELECT count(*) FROM dispatches d WHERE d.responder_id = r.person_id
        AND d.state IN ({{live_dispatch_states}})) AS load
FROM responders r
JOIN down ON down.id = r.area_id
JOIN people p ON p.id = r.person_id
WHERE p.erased_at IS NULL
ORDER BY down.code, p.name, r.person_id

-- name: responder
WITH RECURSIVE up AS (
    SELECT a.id, a.parent_id, a.timezone, 0 AS steps
    FROM areas a JOIN responders r ON r.area_id = a.id WHERE r.person_id = %(person_id)s
    UNION ALL
    SELECT a.id, a.parent_id, a.timezone, up.steps + 1 FROM areas a JOIN up ON a.id = up.parent_id
)
SELECT r.person_id, p.name, p.phone, p.language, p.opted_out_at, r.kind, r.area_id,
    g.code AS area, g.level, 0 AS steps,
    (SELECT timezone FROM up WHERE timezone IS NOT NULL ORDER BY steps LIMIT 1) AS timezone,
    r.on_duty, r.skills, r.latitude, r.longitude,
    (SELECT count(*) FROM dispatches d WHERE d.responder_id = r.person_id
        AND d.state IN ({{live_dispatch_states}})) AS load
FROM responders r JOIN areas g ON g.id = r.area_id JOIN people p ON p.id = r.person_id
WHERE r.person_id = %(person_id)s AND p.erased_at IS NULL

-- name: shifts_of
SELECT * FROM shifts WHERE responder_id = ANY (%(people)s) ORDER BY responder_id, starts, id

-- name: exceptions_of
SELECT * FROM duty_exceptions
WHERE responder_id = ANY (%(people)s) AND ends_at > %(since)s AND starts_at < %(until)s
ORDER BY responder_id, starts_at, id

-- name: add_shift
INSERT INTO shifts (responder_id, weekdays, starts, ends, valid_from, valid_until)
VALUES (%(responder_id)s, %(weekdays)s, %(starts)s, %(ends)s, %(valid_from)s, %(valid_until)s)
RETURNING id

-- name: remove_shift
DELETE FROM shifts WHERE id = %(id)s AND responder_id = %(responder_id)s RETURNING id

-- name: add_exception
INSERT INTO duty_exceptions (responder_id, kind, starts_at, ends_at)
VALUES (%(responder_id)s, %(kind)s, %(starts_at)s, %(ends_at)s)
RETURNING id

-- name: remove_exception
DELETE FROM duty_exceptions WHERE id = %(id)s AND responder_id = %(responder_id)s RETURNING id

-- name: change_responder
-- No row: no such responder or area.
UPDATE responders r SET kind = %(kind)s, area_id = g.id, on_duty = %(on_duty)s,
    skills = %(skills)s, latitude = %(latitude)s, longitude = %(longitude)s
FROM areas g
WHERE r.person_id = %(person_id)s AND g.code = %(area)s
RETURNING r.person_id
