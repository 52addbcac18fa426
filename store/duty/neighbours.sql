-- Responders of other grids than the home's own, and who has just not gone to a home.

-- name: neighbours_of
-- Of the district of an area: those who lie neither in it nor in an area above it. `steps` is how far
-- up the first area is that both lie in. Bounded: the ones who may be there soonest, by the metres
-- that ranking.py counts with on a flat earth. Who is on duty is decided by shift_rules.py; left out
-- here is only who cannot be: a clock that was put back may show up to an hour less than a shift's
-- start while it runs, and the server may know of a zone's rules what we do not know yet, or the
-- other way round, which is an hour more on either side.
WITH RECURSIVE up AS (
    SELECT id, parent_id, level, timezone, 0 AS steps FROM areas WHERE id = %(area_id)s
    UNION ALL
    SELECT a.id, a.parent_id, a.level, a.timezone, up.steps + 1
    FROM areas a JOIN up ON a.id = up.parent_id
),
near AS (
    SELECT a.id, a.code, a.level, up.steps, COALESCE(a.timezone, (
        SELECT u.timezone FROM up u WHERE u.steps >= up.steps AND u.timezone IS NOT NULL
        ORDER BY u.steps LIMIT 1)) AS timezone
    FROM areas a JOIN up ON a.parent_id = up.id
    WHERE a.id NOT IN (SELECT id FROM up) AND up.steps <= (
        SELECT COALESCE(min(steps) FILTER (WHERE level = 'district'), max(steps)) FROM up)
    UNION ALL
    SELECT a.id, a.code, a.level, near.steps, COALESCE(a.timezone, near.timezone)
    FROM areas a JOIN near ON a.parent_id = near.id
),
busy AS (
    SELECT responder_id, count(*) AS load FROM dispatches
    WHERE state IN ({{live_dispatch_states}}) GROUP BY responder_id
)
SELECT r.person_id, p.name, p.phone, p.language, p.opted_out_at, r.kind, r.area_id,
    near.code AS area, near.level, near.steps, near.timezone, r.on_duty, r.skills, r.latitude,
    r.longitude, COALESCE(busy.load, 0) AS load
FROM near
JOIN responders r ON r.area_id = near.id
JOIN people p ON p.id = r.person_id
LEFT JOIN busy ON busy.responder_id = r.person_id
CROSS JOIN LATERAL (
    SELECT %(now)s AT TIME ZONE COALESCE(near.timezone, %(timezone)s) AS clock) here
WHERE r.on_duty AND p.erased_at IS NULL AND p.phone IS NOT NULL
    AND NOT EXISTS (
        SELECT FROM duty_exceptions e WHERE e.responder_id = r.person_id AND e.kind = 'absent'
            AND e.starts_at <= %(now)s AND e.ends_at > %(now)s)
    AND (
        NOT EXISTS (SELECT FROM shifts s WHERE s.responder_id = r.person_id)
        OR EXISTS (
            SELECT FROM shifts s CROSS JOIN generate_series(-1, 1) AS ago
            CROSS JOIN LATERAL (SELECT here.clock::date - ago AS day) began
            WHERE s.responder_id = r.person_id
                AND extract(isodow FROM began.day)::smallint = ANY (s.weekdays)
                AND here.clock >= began.day + s.starts - interval '2 hours'
                AND here.clock < began.day + s.ends + interval '1 hour'
                    + CASE WHEN s.starts < s.ends THEN interval '0' ELSE interval '1 day' END)
        OR EXISTS (
            SELECT FROM duty_exceptions e WHERE e.responder_id = r.person_id AND e.kind = 'extra'
                AND e.starts_at <= %(now)s AND e.ends_at > %(now)s))
ORDER BY
    cardinality(ARRAY(SELECT unnest(%(skills)s::text[]) EXCEPT SELECT unnest(r.skills))),
    COALESCE(
        %(detour)s * 111195 * sqrt((r.latitude - %(latitude)s::float8) ^ 2
            + ((r.longitude - %(longitude)s::float8) * cosd(%(latitude)s::float8)) ^ 2),
        (%(assumed)s::integer[])[LEAST(near.steps + 1, cardinality(%(assumed)s::integer[]))])
        + COALESCE(busy.load, 0) * %(busy)s,
    r.person_id
LIMIT %(limit)s

-- name: passed_over
-- Who was asked to go to a home since then and whose newest dispatch there came to nothing.
SELECT responder_id, state, at FROM (
    SELECT DISTINCT ON (d.responder_id) d.responder_id, d.state,
        COALESCE(d.answered_at, d.offered_at) AS at
    FROM dispatches d JOIN alarms a ON a.id = d.alarm_id
    WHERE a.home_id = %(home_id)s AND d.offered_at >= %(since)s
    ORDER BY d.responder_id, d.id DESC) newest
WHERE state IN ({{lost_dispatch_states}})
