-- Who wants to hear of every change of an alarm.

-- name: everyone
SELECT id, url, kinds, area_ids, created_at, disabled_at FROM subscriptions ORDER BY id

-- name: add
INSERT INTO subscriptions (url, secret, kinds, area_ids, created_at)
VALUES (%(url)s, %(secret)s, %(kinds)s,
    CASE WHEN %(areas)s::text[] IS NOT NULL
        THEN ARRAY(SELECT id FROM areas WHERE code = ANY (%(areas)s)) END, %(now)s)
RETURNING id, url, kinds, area_ids, created_at, disabled_at

-- name: known_areas
SELECT code FROM areas WHERE code = ANY (%(areas)s)

-- name: disable
UPDATE subscriptions SET disabled_at = %(now)s WHERE id = %(id)s AND disabled_at IS NULL
RETURNING id

-- name: target
SELECT url, secret FROM subscriptions WHERE id = %(id)s AND disabled_at IS NULL
