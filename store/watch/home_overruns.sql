-- Homes that send more than they may.

-- name: note
-- What was gathered of several homes; those that do not exist are left out. One that was quiet for
-- a day begins anew.
INSERT INTO home_overruns AS o (home_id, what, first_at, last_at, times)
SELECT h.id, n.what, n.first_at, n.last_at, n.times
FROM unnest(%(homes)s::text[], %(whats)s::text[], %(firsts)s::timestamptz[],
    %(lasts)s::timestamptz[], %(times)s::bigint[]) AS n (home, what, first_at, last_at, times)
JOIN homes h ON h.code = n.home
ON CONFLICT (home_id, what) DO UPDATE SET
    first_at = CASE WHEN o.last_at < EXCLUDED.first_at - interval '1 day' THEN EXCLUDED.first_at
        ELSE least(o.first_at, EXCLUDED.first_at) END,
    times = EXCLUDED.times
        + CASE WHEN o.last_at < EXCLUDED.first_at - interval '1 day' THEN 0 ELSE o.times END,
    last_at = greatest(o.last_at, EXCLUDED.last_at)

-- name: since
-- The homes that went on longest ago last.
SELECT h.code AS home, h.address, array_agg(o.what ORDER BY o.what) AS whats,
    min(o.first_at) AS first_at, max(o.last_at) AS last_at, sum(o.times)::bigint AS times
FROM home_overruns o JOIN homes h ON h.id = o.home_id
WHERE o.last_at >= %(since)s
GROUP BY h.id ORDER BY max(o.last_at) DESC, h.code LIMIT %(limit)s

-- name: remove
DELETE FROM home_overruns WHERE last_at < %(before)s
