-- Conversations an operator holds through the carrier, and the telephones in them.

-- name: start
INSERT INTO conversations (alarm_id, user_id, started_at) VALUES (%(alarm_id)s, %(user_id)s, %(now)s)
RETURNING *

-- name: live
SELECT * FROM conversations
WHERE alarm_id = %(alarm_id)s AND user_id = %(user_id)s AND ended_at IS NULL

-- name: get
SELECT * FROM conversations WHERE id = %(id)s

-- name: finish
UPDATE conversations SET ended_at = %(now)s WHERE id = %(id)s AND ended_at IS NULL

-- name: add_leg
INSERT INTO conversation_legs (conversation_id, part, person_id, service, address, asked_at)
VALUES (%(conversation_id)s, %(part)s, %(person_id)s, %(service)s, %(address)s, %(now)s)
RETURNING *

-- name: legs
SELECT * FROM conversation_legs WHERE conversation_id = %(conversation_id)s ORDER BY id

-- name: leg_of
SELECT * FROM conversation_legs WHERE notification_id = %(notification_id)s

-- name: call_leg
UPDATE conversation_legs SET state = 'CALLING', notification_id = %(notification_id)s
WHERE id = %(id)s AND state = 'WAITING'

-- name: leg_talks
-- No row: it was talking before, or is over.
UPDATE conversation_legs SET state = 'TALKING', answered_at = %(now)s
WHERE id = %(id)s AND state = 'CALLING'
RETURNING *

-- name: leg_over
-- No row: it was over before.
UPDATE conversation_legs SET state = %(state)s, ended_at = %(now)s, seconds = %(seconds)s
WHERE id = %(id)s AND state NOT IN ('ENDED', 'FAILED')
RETURNING *

-- name: person_of_alarm
-- Whether somebody belongs to the alarm's home or was sent to it.
SELECT EXISTS (
    SELECT FROM alarms a WHERE a.id = %(alarm_id)s AND (
        EXISTS (SELECT FROM contacts c
            WHERE c.home_id = a.home_id AND c.person_id = %(person_id)s)
        OR EXISTS (SELECT FROM residents r
            WHERE r.home_id = a.home_id AND r.person_id = %(person_id)s)
        OR EXISTS (SELECT FROM key_holders k
            WHERE k.home_id = a.home_id AND k.person_id = %(person_id)s)
        OR EXISTS (SELECT FROM dispatch_alarms j JOIN dispatches d ON d.id = j.dispatch_id
            WHERE j.alarm_id = a.id AND d.responder_id = %(person_id)s)))

-- name: resident_phone
SELECT p.phone FROM residents r JOIN people p ON p.id = r.person_id
WHERE r.home_id = %(home_id)s AND p.phone IS NOT NULL AND p.erased_at IS NULL
ORDER BY r.id LIMIT 1

-- name: of_alarm
-- Every talk about an alarm, the newest first, and who held it.
SELECT c.*, p.name AS by
FROM conversations c JOIN users u ON u.id = c.user_id JOIN people p ON p.id = u.person_id
WHERE c.alarm_id = %(alarm_id)s ORDER BY c.id DESC

-- name: legs_of_alarm
-- Their telephones, and whose each is.
SELECT l.*, COALESCE(p.name, '') AS name
FROM conversation_legs l JOIN conversations c ON c.id = l.conversation_id
LEFT JOIN people p ON p.id = l.person_id
WHERE c.alarm_id = %(alarm_id)s ORDER BY l.id
