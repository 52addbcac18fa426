-- The open dangers of one home (priority 1 and 2) are one emergency to who answers.
--
-- Locks: first alarms, in the order of their ids; then the home (hold_home), and from there on only
-- alarms that nobody holds. So nobody waits for another in a circle.

-- name: of_home
SELECT * FROM alarms
WHERE home_id = %(home_id)s AND priority <= %(least)s AND state <> 'CLOSED' AND inhibited_by IS NULL
ORDER BY id

-- name: lock_of_home
-- Each of them, held until the transaction ends.
SELECT * FROM alarms
WHERE home_id = %(home_id)s AND priority <= %(least)s AND state <> 'CLOSED' AND inhibited_by IS NULL
ORDER BY id
FOR NO KEY UPDATE

-- name: lock_free
-- Those of them that nobody else holds, for who holds one already.
SELECT * FROM alarms
WHERE home_id = %(home_id)s AND priority <= %(least)s AND state <> 'CLOSED' AND inhibited_by IS NULL
    AND id <> %(but)s
ORDER BY id
FOR NO KEY UPDATE SKIP LOCKED

-- name: hold_home
-- One at a time asks people to go to a home, or ends what was under way.
SELECT pg_advisory_xact_lock(hashtextextended('emergency', %(home_id)s::bigint))

-- name: lock_served
-- The alarms that a dispatch serves and that are open.
SELECT a.* FROM alarms a JOIN dispatch_alarms j ON j.alarm_id = a.id
WHERE j.dispatch_id = %(dispatch_id)s AND a.state <> 'CLOSED'
ORDER BY a.id
FOR NO KEY UPDATE OF a

-- name: served
SELECT a.* FROM alarms a JOIN dispatch_alarms j ON j.alarm_id = a.id
WHERE j.dispatch_id = %(dispatch_id)s AND a.state <> 'CLOSED'
ORDER BY a.id

-- name: join_live
-- The live dispatches that serve another open danger of the home serve this alarm, too. Nobody is
-- waited for: a press must not wait for whoever is just changing one.
INSERT INTO dispatch_alarms (dispatch_id, alarm_id, joined_at)
SELECT d.id, %(alarm_id)s::bigint, %(now)s::timestamptz FROM dispatches d
WHERE d.state IN ({{live_dispatch_states}})
    AND EXISTS (SELECT FROM dispatch_alarms j JOIN alarms a ON a.id = j.alarm_id
        WHERE j.dispatch_id = d.id AND a.home_id = %(home_id)s AND a.priority <= %(least)s
            AND a.state <> 'CLOSED' AND a.inhibited_by IS NULL)
    AND NOT EXISTS (SELECT FROM dispatch_alarms j
        WHERE j.dispatch_id = d.id AND j.alarm_id = %(alarm_id)s)
ON CONFLICT DO NOTHING
RETURNING dispatch_id

-- name: join_one
INSERT INTO dispatch_alarms (dispatch_id, alarm_id, joined_at)
VALUES (%(dispatch_id)s, %(alarm_id)s, %(now)s)
ON CONFLICT DO NOTHING

-- name: next_act
SELECT nextval('acts')

-- name: heard_of
-- Which of these alarms a message about had reached one of the people at that moment: delivered, said
-- in a call, or taken by the carrier before `sent_before`. A call that nobody took has been further
-- than one that is heard, and is none. What went as part of another message is where that one is.
SELECT DISTINCT n.alarm_id FROM notifications n
JOIN notifications m ON m.id = COALESCE(n.bundled_into, n.id)
WHERE n.alarm_id = ANY (%(alarm_ids)s) AND n.person_id = ANY (%(people)s)
    AND n.purpose = ANY (%(purposes)s)
    AND COALESCE(m.sent_at, m.created_at) <= %(by)s
    AND (m.state = 'DELIVERED'
        OR m.channel = 'voice' AND m.provider_rank >= %(said)s
            AND (m.provider_rank <> %(over)s OR m.error_code = %(heard_only)s)
        OR m.channel <> 'voice' AND (m.state = 'SENT' AND m.sent_at <= %(sent_before)s
            OR %(leaving)s AND (m.state = 'SENDING' OR m.in_doubt)))

-- name: under_way
SELECT EXISTS (SELECT FROM alarms a JOIN dispatch_alarms j ON j.alarm_id = a.id
    JOIN dispatches d ON d.id = j.dispatch_id
    WHERE a.home_id = %(home_id)s AND a.priority <= %(least)s AND a.state <> 'CLOSED'
        AND a.inhibited_by IS NULL AND d.state IN ({{live_dispatch_states}}))
