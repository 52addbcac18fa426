-- A person's channels in order, their preferences, and which senders they have stopped.

-- name: of_people
-- `since` NULL: messages are not counted.
SELECT p.id,
    COALESCE((SELECT jsonb_agg(jsonb_build_array(c.channel, c.id) ORDER BY c.position)
        FROM person_channels c WHERE c.person_id = p.id), '[]') AS channels,
    w.kinds, w.quiet_from, w.quiet_to,
    COALESCE((SELECT array_agg(s.sender) FROM sms_stops s WHERE s.phone = p.phone), '{}')
        AS stopped,
    (SELECT count(*) FROM notifications n
        WHERE n.channel = 'sms' AND n.address = p.phone AND n.created_at >= %(since)s
            AND n.state <> 'CANCELLED') AS sms_today
FROM people p LEFT JOIN person_wishes w ON w.person_id = p.id
WHERE p.id = ANY (%(people)s)

-- name: channels_of
SELECT id, channel, address FROM person_channels WHERE person_id = %(person_id)s ORDER BY position

-- name: address
SELECT address FROM person_channels WHERE id = %(id)s

-- name: clear_channels
DELETE FROM person_channels WHERE person_id = %(person_id)s

-- name: add_channel
INSERT INTO person_channels (person_id, position, channel, address)
VALUES (%(person_id)s, %(position)s, %(channel)s, %(address)s)

-- name: set_preferences
INSERT INTO person_wishes (person_id, kinds, quiet_from, quiet_to)
VALUES (%(person_id)s, %(kinds)s, %(quiet_from)s, %(quiet_to)s)
ON CONFLICT (person_id) DO UPDATE SET
    kinds = EXCLUDED.kinds, quiet_from = EXCLUDED.quiet_from, quiet_to = EXCLUDED.quiet_to

-- name: stop
INSERT INTO sms_stops (phone, sender, at) VALUES (%(phone)s, %(sender)s, %(at)s)
ON CONFLICT (phone, sender) DO NOTHING

-- name: is_stopped
SELECT EXISTS (SELECT FROM sms_stops WHERE phone = %(phone)s
    AND (sender = %(sender)s OR sender = '' OR %(sender)s = ''))

-- name: start
-- START for one sender also ends a stop that was for all.
DELETE FROM sms_stops WHERE phone = %(phone)s AND (sender = %(sender)s OR sender = ''
    OR %(sender)s = '')

-- name: show_stops
-- What the screens show: whether anything at all is stopped.
UPDATE people SET opted_out_at = (SELECT min(s.at) FROM sms_stops s WHERE s.phone = %(phone)s)
WHERE phone = %(phone)s
