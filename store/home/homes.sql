-- What a message or a screen needs to know of a home.

-- name: brief
SELECT h.id, h.code, h.area_id, h.address, h.access_notes, h.phone, h.latitude, h.longitude,
    COALESCE((SELECT string_agg(p.name, '、' ORDER BY r.id)
        FROM residents r JOIN people p ON p.id = r.person_id
        WHERE r.home_id = h.id AND p.erased_at IS NULL), h.code) AS residents
FROM homes h WHERE h.id = %(home_id)s
