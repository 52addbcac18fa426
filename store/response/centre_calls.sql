-- Calls to the centre and the operators' telephones that were rung for them.

-- name: begin
-- No row: the carrier repeats itself.
INSERT INTO centre_calls (carrier, provider_id, phone, came_at)
VALUES (%(carrier)s, %(provider_id)s, %(phone)s, %(now)s)
ON CONFLICT (carrier, provider_id) DO NOTHING
RETURNING *

-- name: lock
SELECT * FROM centre_calls WHERE id = %(id)s FOR UPDATE

-- name: lock_by_provider
SELECT * FROM centre_calls
WHERE carrier = %(carrier)s AND provider_id = %(provider_id)s FOR UPDATE

-- name: ring_next
-- The telephone of an operator at the desk whose shift has begun, who talks with nobody and was not
-- rung for this call: first who has no open alarm in hand, then who was rung longest ago. Two calls
-- at once take two operators.
WITH free AS (
    SELECT t.user_id, t.phone
    FROM desk_telephones t
    JOIN desk_presence d ON d.user_id = t.user_id
    JOIN users u ON u.id = t.user_id
    WHERE t.since IS NOT NULL AND t.phone IS NOT NULL AND d.seen_at >= %(seen_since)s
        AND u.disabled_at IS NULL
        AND NOT EXISTS (SELECT FROM centre_call_rings r
            WHERE r.user_id = t.user_id AND (r.call_id = %(call_id)s
                OR (r.ended_at IS NULL AND (r.outcome = 'answered' OR r.rung_at >= %(ringing_since)s))))
        AND NOT EXISTS (SELECT FROM conversations c JOIN conversation_legs l
                ON l.conversation_id = c.id AND l.part = 'operator'
            WHERE c.user_id = t.user_id AND c.ended_at IS NULL
                AND l.state IN ('CALLING', 'TALKING'))
    ORDER BY
        (SELECT count(*) FROM alarms a WHERE a.owner_id = t.user_id AND a.priority <= 2
            AND a.state IN ('ACKNOWLEDGED', 'DISPATCHED', 'ON_SCENE')),
        (SELECT max(r.rung_at) FROM centre_call_rings r WHERE r.user_id = t.user_id) NULLS FIRST,
        t.user_id
    LIMIT 1 FOR UPDATE OF t SKIP LOCKED
)
INSERT INTO centre_call_rings (call_id, user_id, phone, rung_at)
SELECT %(call_id)s, user_id, phone, %(now)s FROM free
RETURNING *

-- name: ring
SELECT * FROM centre_call_rings WHERE id = %(id)s

-- name: live_ring
SELECT * FROM centre_call_rings WHERE call_id = %(call_id)s AND ended_at IS NULL
ORDER BY id DESC LIMIT 1

-- name: answered
UPDATE centre_call_rings SET outcome = 'answered' WHERE id = %(id)s AND ended_at IS NULL

-- name: end_ring
-- No row: it was over before.
UPDATE centre_call_rings SET ended_at = %(now)s,
    outcome = CASE WHEN outcome = '' THEN %(outcome)s ELSE outcome END
WHERE id = %(id)s AND ended_at IS NULL
RETURNING *

-- name: take
-- No row: somebody has it, or it is over.
UPDATE centre_calls SET taken_by = %(user_id)s, taken_at = %(now)s
WHERE id = %(id)s AND taken_by IS NULL AND ended_at IS NULL
RETURNING *

-- name: give_back
-- The key was pressed and nobody was joined.
UPDATE centre_calls SET taken_by = NULL, taken_at = NULL WHERE id = %(id)s AND ended_at IS NULL

-- name: free
-- Whatever they were rung for is over.
UPDATE centre_call_rings SET ended_at = %(now)s WHERE user_id = %(user_id)s AND ended_at IS NULL

-- name: call_back
-- No row: somebody has done it, or there is nothing to call back for.
UPDATE centre_calls SET called_back_at = %(now)s, called_back_by = %(user_id)s
WHERE id = %(id)s AND missed_at IS NOT NULL AND called_back_at IS NULL
RETURNING *

-- name: open_task
-- To call back the same number, or whoever withholds theirs; still to be done.
SELECT t.id FROM centre_calls c JOIN tasks t ON t.id = c.task_id
WHERE c.phone = %(phone)s AND t.state = 'OPEN'
ORDER BY c.id DESC LIMIT 1

-- name: missed
UPDATE centre_calls SET missed_at = %(now)s, alarm_id = %(alarm_id)s, task_id = %(task_id)s
WHERE id = %(id)s

-- name: finish
UPDATE centre_calls SET ended_at = %(now)s WHERE id = %(id)s AND ended_at IS NULL

-- name: end_rings
UPDATE centre_call_rings SET ended_at = %(now)s WHERE call_id = %(call_id)s AND ended_at IS NULL

-- name: lost
-- Calls of which nothing was heard for so long that their end must have been missed.
SELECT id FROM centre_calls
WHERE ended_at IS NULL AND (
    (taken_at IS NULL AND came_at < %(rung_before)s AND NOT EXISTS (
        SELECT FROM centre_call_rings r WHERE r.call_id = centre_calls.id
            AND r.ended_at IS NULL AND r.rung_at >= %(rung_before)s))
    OR taken_at < %(taken_before)s)
ORDER BY id LIMIT 100

-- name: homes_of
-- The homes that a number belongs to: whose it is, as what, and what is open there, the most urgent
-- first.
WITH known AS (
    SELECT r.home_id, p.id AS person_id, 'resident' AS part, 0 AS place
    FROM people p JOIN residents r ON r.person_id = p.id
    WHERE p.phone = %(phone)s AND p.erased_at IS NULL
    UNION ALL
    SELECT h.id, NULL, 'home', 0 FROM homes h WHERE h.phone = %(phone)s
    UNION ALL
    SELECT c.home_id, p.id, 'contact', 1
    FROM people p JOIN contacts c ON c.person_id = p.id
    WHERE p.phone = %(phone)s AND p.erased_at IS NULL
    UNION ALL
    SELECT k.home_id, p.id, 'key_holder', 2
    FROM people p JOIN key_holders k ON k.person_id = p.id
    WHERE p.phone = %(phone)s AND p.erased_at IS NULL
    UNION ALL
    SELECT a.home_id, p.id, 'responder', 1
    FROM people p JOIN dispatches d ON d.responder_id = p.id
    JOIN dispatch_alarms j ON j.dispatch_id = d.id JOIN alarms a ON a.id = j.alarm_id
    WHERE p.phone = %(phone)s AND p.erased_at IS NULL AND d.state IN ({{live_dispatch_states}})
        AND a.state <> 'CLOSED' AND a.home_id IS NOT NULL
), best AS (
    SELECT DISTINCT ON (home_id) home_id, person_id, part, place FROM known
    ORDER BY home_id, place, person_id
)
SELECT h.id, h.code, h.address, h.area_id, b.part, b.person_id, COALESCE(p.name, '') AS name,
    COALESCE((SELECT string_agg(rp.name, '、' ORDER BY r.id)
        FROM residents r JOIN people rp ON rp.id = r.person_id WHERE r.home_id = h.id), '') AS residents,
    a.id AS alarm_id
FROM best b
JOIN homes h ON h.id = b.home_id
LEFT JOIN people p ON p.id = b.person_id
LEFT JOIN LATERAL (SELECT id, priority FROM alarms a
    WHERE a.home_id = h.id AND a.state <> 'CLOSED' AND a.inhibited_by IS NULL
    ORDER BY priority, id LIMIT 1) a ON true
ORDER BY b.place, a.priority NULLS LAST, h.id
LIMIT 20

-- name: shown
-- What the desk sees: calls that go on, and those nobody took and nobody has called back. A number
-- that rang again and again is shown once, the last time; not at all once somebody has talked with
-- it. A number that is withheld may be anybody's.
SELECT c.*, r.user_id AS ringing_user, COALESCE(rp.name, '') AS ringing_name,
    COALESCE(tp.name, '') AS taken_name
FROM centre_calls c
LEFT JOIN LATERAL (SELECT user_id FROM centre_call_rings r
    WHERE r.call_id = c.id AND r.ended_at IS NULL ORDER BY id DESC LIMIT 1) r ON true
LEFT JOIN users ru ON ru.id = r.user_id LEFT JOIN people rp ON rp.id = ru.person_id
LEFT JOIN users tu ON tu.id = c.taken_by LEFT JOIN people tp ON tp.id = tu.person_id
WHERE c.ended_at IS NULL
    OR (c.missed_at >= %(missed_since)s AND c.called_back_at IS NULL AND (
        EXISTS (SELECT FROM alarms a WHERE a.id = c.alarm_id AND a.state <> 'CLOSED')
        OR EXISTS (SELECT FROM tasks t WHERE t.id = c.task_id AND t.state = 'OPEN'))
        AND NOT EXISTS (SELECT FROM centre_calls later
            WHERE later.phone = c.phone AND later.id > c.id
                AND (later.missed_at >= %(missed_since)s
                    OR (later.taken_at IS NOT NULL AND later.phone <> ''))))
ORDER BY c.ended_at IS NOT NULL, c.alarm_id IS NULL, c.came_at DESC
LIMIT 20
