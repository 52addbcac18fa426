-- Referrals of alarms to outside services.

-- name: add
INSERT INTO hand_overs (alarm_id, service, at, by_user, reference, said)
VALUES (%(alarm_id)s, %(service)s, %(now)s, %(by_user)s, %(reference)s, %(said)s)
RETURNING id

-- name: of_alarm
SELECT o.id, o.service, o.at, p.name AS by, o.reference, o.said
FROM hand_overs o JOIN users u ON u.id = o.by_user JOIN people p ON p.id = u.person_id
WHERE o.alarm_id = %(alarm_id)s
ORDER BY o.id

-- name: is_referred
SELECT true FROM hand_overs WHERE alarm_id = %(alarm_id)s AND service = %(service)s LIMIT 1
