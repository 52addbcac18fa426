-- The household file: residents, contacts, key holders, devices of a home.

-- name: home
SELECT h.id, h.code, h.area_id, g.code AS area, h.address, h.phone, h.access_notes, h.latitude,
    h.longitude, h.created_at, b.online AS hub_online, b.last_seen_at AS hub_last_seen_at
FROM homes h JOIN areas g ON g.id = h.area_id LEFT JOIN hubs b ON b.home_id = h.id
WHERE h.code = %(code)s

-- name: home_by_id
SELECT h.id, h.code, h.area_id, g.code AS area, h.address, h.phone, h.access_notes, h.latitude,
    h.longitude, h.created_at, b.online AS hub_online, b.last_seen_at AS hub_last_seen_at
FROM homes h JOIN areas g ON g.id = h.area_id LEFT JOIN hubs b ON b.home_id = h.id
WHERE h.id = %(id)s

-- name: homes
-- By code, a page at a time.
SELECT h.id, h.code, h.area_id, g.code AS area, h.address, h.phone, h.access_notes, h.latitude,
    h.longitude, h.created_at, b.online AS hub_online, b.last_seen_at AS hub_last_seen_at
FROM homes h JOIN areas g ON g.id = h.area_id LEFT JOIN hubs b ON b.home_id = h.id
WHERE (%(homes)s::bigint[] IS NULL OR h.id = ANY (%(homes)s))
    AND (%(areas)s::bigint[] IS NULL OR h.area_id = ANY (%(areas)s))
    AND (%(search)s::text IS NULL OR h.code ILIKE %(search)s OR h.address ILIKE %(search)s
        OR EXISTS (SELECT FROM residents r JOIN people p ON p.id = r.person_id
            WHERE r.home_id = h.id AND p.name ILIKE %(search)s))
    AND (%(after)s::text IS NULL OR h.code > %(after)s)
ORDER BY h.code
LIMIT %(limit)s

-- name: lock_home
SELECT id FROM homes WHERE code = %(code)s FOR NO KEY UPDATE

-- name: change_home
-- No row: no such area.
UPDATE homes SET area_id = g.id, address = %(address)s, phone = %(phone)s,
    access_notes = %(access_notes)s, latitude = %(latitude)s, longitude = %(longitude)s
FROM areas g
WHERE homes.id = %(id)s AND g.code = %(area)s
RETURNING homes.id

-- name: residents
SELECT r.id, r.person_id, p.name, p.phone, p.language, r.birth_year, r.risks
FROM residents r JOIN people p ON p.id = r.person_id
WHERE r.home_id = %(home_id)s AND p.erased_at IS NULL
ORDER BY r.id

-- name: contacts
SELECT c.id, c.person_id, p.name, p.phone, p.language, c.relation, c.position, c.hears,
    p.opted_out_at IS NOT NULL AS opted_out
FROM contacts c JOIN people p ON p.id = c.person_id
WHERE c.home_id = %(home_id)s AND p.erased_at IS NULL
ORDER BY c.position, c.id

-- name: key_holders
SELECT k.id, k.person_id, p.name, p.phone, p.language, k.note
FROM key_holders k JOIN people p ON p.id = k.person_id
WHERE k.home_id = %(home_id)s AND p.erased_at IS NULL
ORDER BY k.id

-- name: devices
SELECT d.id, d.home_id, h.code AS home, d.code, d.dialect, d.model, d.role, d.room, d.online,
    d.found_at, d.bound_at, d.last_seen_at, d.vendor, d.suggests, d.actions, d.call_actions,
    d.last_press, d.last_press_at
FROM devices d JOIN homes h ON h.id = d.home_id
WHERE d.home_id = %(home_id)s
ORDER BY d.code

-- name: known_person
-- One master record a person: the same name with the same number is the same person.
SELECT id FROM people WHERE phone = %(phone)s AND name = %(name)s AND erased_at IS NULL
ORDER BY id LIMIT 1

-- name: change_person
-- A number that has opted out stays so, whoever has it now.
UPDATE people SET name = %(name)s, phone = %(phone)s, language = %(language)s,
    opted_out_at = CASE WHEN phone IS NOT DISTINCT FROM %(phone)s THEN opted_out_at
        ELSE (SELECT max(o.opted_out_at) FROM people o WHERE o.phone = %(phone)s) END
WHERE id = %(person_id)s

-- name: change_resident
UPDATE residents SET birth_year = %(birth_year)s, risks = %(risks)s
WHERE id = %(id)s

-- name: change_contact
UPDATE contacts SET relation = %(relation)s, hears = %(hears)s WHERE id = %(id)s

-- name: number_contacts
UPDATE contacts c SET position = s.position
FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS s (id, position)
WHERE c.id = s.id

-- name: change_key_holder
UPDATE key_holders SET note = %(note)s WHERE id = %(id)s

-- name: remove_resident
DELETE FROM residents WHERE id = %(id)s AND home_id = %(home_id)s RETURNING id

-- name: remove_contact
DELETE FROM contacts WHERE id = %(id)s AND home_id = %(home_id)s RETURNING id

-- name: remove_key_holder
DELETE FROM key_holders WHERE id = %(id)s AND home_id = %(home_id)s RETURNING id

-- name: change_device
-- Placed by a person from now on.
UPDATE devices SET model = %(model)s, role = %(role)s, room = %(room)s,
    call_actions = %(call_actions)s, bound_at = COALESCE(bound_at, %(now)s)
WHERE id = %(id)s
RETURNING id

-- name: remove_device
-- Only one that never said anything: the others have a history.
DELETE FROM devices d
WHERE d.id = %(id)s
    AND NOT EXISTS (SELECT FROM signals s WHERE s.device_id = d.id)
    AND NOT EXISTS (SELECT FROM alarms a WHERE a.device_id = d.id)
    AND NOT EXISTS (SELECT FROM readings r WHERE r.device_id = d.id)
RETURNING id

-- name: operators
-- Who can own an alarm.
SELECT u.id, p.name, u.role
FROM users u JOIN people p ON p.id = u.person_id
WHERE u.disabled_at IS NULL AND u.role IN ('operator', 'supervisor', 'admin')
    AND u.password_hash <> '!'
ORDER BY p.name, u.id
