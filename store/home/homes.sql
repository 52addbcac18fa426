-- What a message or a screen needs to know of a home.

-- name: brief
SELECT h.id, h.code, h.area_id, h.address, h.access_notes, h.phone, h.latitude, h.longitude,
    COALESCE((SELECT string_agg(p.name, '、' ORDER BY r.id)
        FROM residents r JOIN people p ON p.id = r.person_id
        WHERE r.home_id = h.id AND p.erased_at IS NULL), h.code) AS residents
FROM homes h WHERE h.id = %(home_id)s

-- name: visit
-- As brief, with what whoever goes there has to know.
SELECT h.id, h.code, h.area_id, h.address, h.access_notes, h.phone, h.latitude, h.longitude,
    COALESCE((SELECT string_agg(p.name, '、' ORDER BY r.id)
        FROM residents r JOIN people p ON p.id = r.person_id
        WHERE r.home_id = h.id AND p.erased_at IS NULL), h.code) AS residents,
    COALESCE((SELECT string_agg(r.risks, '; ' ORDER BY r.id)
        FROM residents r JOIN people p ON p.id = r.person_id
        WHERE r.home_id = h.id AND p.erased_at IS NULL AND r.risks <> ''), '') AS risks,
    COALESCE((SELECT jsonb_agg(jsonb_build_array(p.name, p.phone) ORDER BY k.id)
        FROM key_holders k JOIN people p ON p.id = k.person_id
        WHERE k.home_id = h.id AND p.erased_at IS NULL), '[]') AS key_holders
FROM homes h WHERE h.id = %(home_id)s
