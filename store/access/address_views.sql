-- Who saw how to get into a home.

-- name: add
INSERT INTO access_views (at, person_id, home_id, alarm_id, dispatch_id, via)
VALUES (%(now)s, %(person_id)s, %(home_id)s, %(alarm_id)s, %(dispatch_id)s, %(via)s)

-- name: of_home
SELECT v.id, v.at, v.person_id, p.name, v.alarm_id, v.dispatch_id, v.via
FROM access_views v JOIN people p ON p.id = v.person_id
WHERE v.home_id = %(home_id)s AND (%(before)s::bigint IS NULL OR v.id < %(before)s)
ORDER BY v.id DESC
LIMIT %(limit)s
