-- Telephone numbers that are kept, of people and of homes.

-- name: kept
SELECT 'person' AS whose, id, id::text AS name, phone FROM people WHERE phone IS NOT NULL
UNION ALL
SELECT 'home', id, code, phone FROM homes WHERE phone IS NOT NULL
ORDER BY 1 DESC, 2
