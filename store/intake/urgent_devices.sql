-- Devices with an urgent subscription of their own, and the cutover between the two lanes.

-- name: list_devices
-- Devices that are to have their topics in the urgent lane, or have them. What a device is there for
-- says the installer's role, its own description, a press declared as a call, or that it has said
-- something of these kinds before.
SELECT * FROM (
    SELECT d.id AS device_id, d.home_id, h.code AS home, d.code, d.dialect, l.network_id,
        d.dialect <> 'native' AND (
            d.role = ANY (%(kinds)s) OR d.suggests = ANY (%(kinds)s)
            OR cardinality(d.call_actions) > 0 OR EXISTS (
                SELECT FROM device_states s WHERE s.device_id = d.id AND s.kind = ANY (%(kinds)s))
        ) AS wanted,
        u.filters, u.token, COALESCE(u.subscribed, false) AS subscribed,
        COALESCE(u.alone, false) AS alone, u.left_at
    FROM devices d
    JOIN homes h ON h.id = d.home_id
    LEFT JOIN urgent_devices u ON u.device_id = d.id
    LEFT JOIN lorawan_devices l ON l.device_id = d.id AND l.dialect = d.dialect
    WHERE %(ids)s::int[] IS NULL OR d.id = ANY (%(ids)s)
) c WHERE c.wanted OR c.token IS NOT NULL
ORDER BY c.device_id

-- name: subscribe
-- Only where the bulk lane has passed the end of an earlier subscription.
INSERT INTO urgent_devices (device_id, filters, token)
VALUES (%(device_id)s, %(filters)s, %(token)s)
ON CONFLICT (device_id) DO UPDATE
    SET filters = EXCLUDED.filters, token = EXCLUDED.token, subscribed = false, left_at = NULL
    WHERE urgent_devices.token = ''
RETURNING device_id

-- name: subscribed
UPDATE urgent_devices SET subscribed = true
WHERE device_id = %(device_id)s AND token = %(token)s AND left_at IS NULL

-- name: unsubscribe
UPDATE urgent_devices SET left_at = COALESCE(left_at, %(now)s)
WHERE device_id = %(device_id)s

-- name: unsubscribed
UPDATE urgent_devices SET subscribed = false WHERE device_id = %(device_id)s AND left_at IS NOT NULL

-- name: forget_unsubscribed
-- What was subscribed to until then has been taken in long ago.
DELETE FROM urgent_devices u USING devices d
WHERE d.id = u.device_id AND u.token = '' AND NOT u.subscribed AND u.left_at < %(before)s
RETURNING d.home_id

-- name: start_again
-- The broker has forgotten the urgent lane's session: nothing is subscribed to.
UPDATE urgent_devices u SET alone = false, subscribed = false, token = ''
FROM devices d WHERE d.id = u.device_id RETURNING d.home_id

-- name: filters_in_use
SELECT DISTINCT unnest(filters) FROM urgent_devices WHERE left_at IS NULL

-- name: mark_alone
-- A mark counts for the home in whose topic it came, and for the subscription it was made for.
UPDATE urgent_devices u SET alone = true
FROM devices d JOIN homes h ON h.id = d.home_id
WHERE u.device_id = %(device_id)s AND u.token = %(token)s AND u.token <> ''
    AND d.id = u.device_id AND (%(home)s = '' OR h.code = %(home)s)
RETURNING h.code

-- name: mark_shared
-- The subscription is over: none of its notes counts from here on.
UPDATE urgent_devices u SET alone = false, token = ''
FROM devices d JOIN homes h ON h.id = d.home_id
WHERE u.device_id = %(device_id)s AND u.token = %(token)s AND u.token <> ''
    AND d.id = u.device_id AND (%(home)s = '' OR h.code = %(home)s)
RETURNING h.code

-- name: drop_copies
DELETE FROM urgent_copies WHERE device_id = %(device_id)s

-- name: add_copy
-- Not after the mark, whose notes have been dropped: a note too many would be used up by a real call.
INSERT INTO urgent_copies (device_id, token, digest, copies)
SELECT %(device_id)s, %(token)s, %(digest)s, 1 FROM urgent_devices
WHERE device_id = %(device_id)s AND token = %(token)s AND NOT alone
ON CONFLICT (device_id, token, digest) DO UPDATE SET copies = urgent_copies.copies + 1

-- name: take_copy
UPDATE urgent_copies SET copies = copies - 1
WHERE device_id = %(device_id)s AND token = %(token)s AND digest = %(digest)s AND copies > 0
RETURNING copies

-- name: copies_left
SELECT true FROM urgent_copies
WHERE device_id = %(device_id)s AND token = %(token)s AND copies > 0 LIMIT 1
