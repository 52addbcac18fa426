-- Readings for a chart. {metric} is a column of readings, put in as an identifier.

-- name: buckets
SELECT r.device_id, date_bin(%(width)s, r.at, %(origin)s) AS bucket,
    avg(r.{metric})::float8, min(r.{metric})::float8, max(r.{metric})::float8, count(*)
FROM readings r
WHERE r.device_id = ANY (%(devices)s) AND r.at >= %(since)s AND r.at < %(until)s
    AND r.{metric} IS NOT NULL
GROUP BY 1, 2
ORDER BY 1, 2
