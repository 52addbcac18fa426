-- Readings for a chart. {metric} is a column of readings, put in as an identifier.

-- name: buckets
-- What is older than the readings kept as they came, from their sums by hour.
SELECT device_id, date_bin(%(width)s, at, %(origin)s) AS bucket,
    sum(total) / sum(n), min(least)::float8, max(greatest)::float8, sum(n)::bigint
FROM (
    SELECT r.device_id, r.at, r.{metric}::float8 AS total, r.{metric} AS least,
        r.{metric} AS greatest, 1 AS n
    FROM readings r
    WHERE r.device_id = ANY (%(devices)s) AND r.at >= GREATEST(%(since)s::timestamptz, %(raw_since)s)
        AND r.at < %(until)s AND r.{metric} IS NOT NULL
    UNION ALL
    SELECT h.device_id, h.hour, h.total, h.least, h.greatest, h.n
    FROM readings_hourly h JOIN metrics m ON m.id = h.metric AND m.name = %(metric)s
    WHERE h.device_id = ANY (%(devices)s) AND h.hour >= %(since)s
        AND h.hour < LEAST(%(until)s::timestamptz, %(raw_since)s)
) v
GROUP BY 1, 2
ORDER BY 1, 2
