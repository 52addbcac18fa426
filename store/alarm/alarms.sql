-- Alarms, journal, responses, notes.

-- name: raise_or_repeat
-- One statement decides between a new alarm and a repeat of the open one, however many arrive at
-- once. `inserted` tells which. A late signal never moves last_signal_at backwards, and one that
-- is older than the clear does not undo it.
INSERT INTO alarms
    (code, home_id, area_id, device_id, kind, subject, priority, raised_at, occurred_at, late,
     last_signal_at, plan_id)
VALUES
    ((SELECT c FROM unnest(%(codes)s::text[]) WITH ORDINALITY AS tried (c, place)
        WHERE NOT EXISTS (SELECT FROM alarms WHERE code = c AND state <> 'CLOSED')
        ORDER BY place LIMIT 1),
     %(home_id)s, %(area_id)s, %(device_id)s, %(kind)s, %(dedup_key)s, %(priority)s,
     %(now)s, %(occurred_at)s, %(late)s, %(occurred_at)s, %(plan_id)s)
ON CONFLICT (area_id, home_id, kind, subject) WHERE state <> 'CLOSED' DO UPDATE SET
    count = alarms.count + 1,
    last_signal_at = GREATEST(alarms.last_signal_at, EXCLUDED.last_signal_at),
    cleared_at = CASE
        WHEN EXCLUDED.occurred_at >= GREATEST(alarms.last_signal_at, alarms.cleared_at) THEN NULL
        ELSE alarms.cleared_at END,
    version = alarms.version + 1
RETURNING *, (xmax = 0) AS inserted

-- name: clear
-- Only when no other device of the home still says so: one clear room does not end a fire. What a
-- device says is in the last it stated, with some to spare for what came late. (A signal arrives at
-- most 5 minutes before the time it claims.)
UPDATE alarms a SET cleared_at = %(at)s, version = version + 1
WHERE home_id = %(home_id)s AND kind = %(kind)s AND subject = %(dedup_key)s
    AND state <> 'CLOSED' AND cleared_at IS NULL AND last_signal_at <= %(at)s
    AND NOT EXISTS (
        SELECT FROM devices d CROSS JOIN LATERAL (
            SELECT s.at FROM signals s
            WHERE s.home_id = d.home_id AND s.device_id = d.id AND s.alarm_id = a.id AND s.active
                AND s.received_at >= a.occurred_at - interval '5 minutes'
            ORDER BY s.received_at DESC LIMIT 20
        ) AS said
        WHERE d.home_id = a.home_id AND d.id <> %(device_id)s AND NOT EXISTS (
            SELECT FROM signals c
            WHERE c.home_id = d.home_id AND c.device_id = d.id AND c.kind = a.kind
                AND c.received_at >= said.at - interval '5 minutes'
                AND NOT c.active AND NOT c.test AND c.at >= said.at))
RETURNING *

-- name: get
SELECT * FROM alarms WHERE id = %(id)s

-- name: lock
SELECT * FROM alarms WHERE id = %(id)s FOR NO KEY UPDATE

-- name: lock_open
-- The home's open alarm of a kind that is one a home.
SELECT * FROM alarms
WHERE home_id = %(home_id)s AND kind = %(kind)s AND subject = '' AND state <> 'CLOSED'
FOR NO KEY UPDATE

-- name: acknowledge
-- Compare-and-set: only one of many operators gets the row.
UPDATE alarms SET state = 'ACKNOWLEDGED', owner_id = %(owner_id)s, acknowledged_at = %(now)s,
    version = version + 1
WHERE id = %(id)s AND state = 'RAISED'
RETURNING *

-- name: set_state
UPDATE alarms SET state = %(state)s, version = version + 1,
    on_scene_at = CASE WHEN %(state)s = 'ON_SCENE' THEN %(now)s ELSE on_scene_at END
WHERE id = %(id)s
RETURNING *

-- name: re_alarm
UPDATE alarms SET state = 'RAISED', owner_id = NULL, acknowledged_at = NULL, version = version + 1
WHERE id = %(id)s AND state IN ('ACKNOWLEDGED', 'DISPATCHED', 'ON_SCENE')
RETURNING *

-- name: transfer
UPDATE alarms SET owner_id = %(to)s, version = version + 1 WHERE id = %(id)s RETURNING *

-- name: close
UPDATE alarms SET state = 'CLOSED', closed_at = %(now)s, outcome = %(outcome)s,
    version = version + 1
WHERE id = %(id)s AND state <> 'CLOSED'
RETURNING *

-- name: touch
UPDATE alarms SET version = version + 1 WHERE id = %(id)s

-- name: open_for_person
-- Open alarms this person may answer: as a contact of the home, notified by name or as supervisor,
-- or offered a dispatch.
SELECT DISTINCT a.* FROM alarms a
LEFT JOIN contacts c ON c.home_id = a.home_id AND c.person_id = %(person_id)s
LEFT JOIN LATERAL (SELECT s.id FROM dispatch_alarms j JOIN dispatches s ON s.id = j.dispatch_id
    WHERE j.alarm_id = a.id AND s.responder_id = %(person_id)s
        AND s.state IN ({{answerable_dispatch_states}}) LIMIT 1) d ON true
WHERE a.state <> 'CLOSED' AND (d.id IS NOT NULL OR EXISTS (
    SELECT FROM notifications n WHERE n.alarm_id = a.id AND n.person_id = %(person_id)s
        AND (c.id IS NOT NULL OR n.purpose = 'alarm')))
ORDER BY a.priority, a.raised_at DESC, a.id DESC

-- name: untold
-- Open alarms of homes of which one of these people is a contact, and that none of them was notified
-- of: they may hear of them from others. The most urgent first.
SELECT DISTINCT a.* FROM alarms a
JOIN contacts c ON c.home_id = a.home_id AND c.person_id = ANY (%(people)s)
WHERE a.state <> 'CLOSED' AND a.inhibited_by IS NULL AND NOT EXISTS (
    SELECT FROM notifications n WHERE n.alarm_id = a.id AND n.person_id = ANY (%(people)s))
ORDER BY a.priority, a.raised_at DESC, a.id DESC

-- name: events_of
SELECT * FROM alarm_events WHERE alarm_id = %(alarm_id)s ORDER BY id

-- name: add_note
INSERT INTO notes (alarm_id, at, actor, text)
VALUES (%(alarm_id)s, %(at)s, %(actor)s, %(text)s) RETURNING id

-- name: set_response
-- The same again changes nothing, unless somebody who goes says so once more after a while, says how
-- long they need, or who of those with their number it is. What was said about the way holds until
-- they say otherwise.
INSERT INTO responses (alarm_id, person_id, answer, at, via, eta_minutes, others)
VALUES (%(alarm_id)s, %(person_id)s, %(answer)s, %(at)s, %(via)s, %(eta_minutes)s, %(others)s)
ON CONFLICT (alarm_id, person_id) DO UPDATE SET
    answer = EXCLUDED.answer, at = EXCLUDED.at, via = EXCLUDED.via, others = EXCLUDED.others,
    eta_minutes = CASE WHEN EXCLUDED.answer = 'going' AND responses.answer = 'going'
        THEN COALESCE(EXCLUDED.eta_minutes, responses.eta_minutes) ELSE EXCLUDED.eta_minutes END
WHERE (responses.answer <> EXCLUDED.answer OR responses.others <> EXCLUDED.others
        OR EXCLUDED.answer = 'going' AND (EXCLUDED.at >= responses.at + %(renews_after)s::interval
            OR EXCLUDED.eta_minutes <> COALESCE(responses.eta_minutes, -1)))
    AND (%(said_at)s::timestamptz IS NULL OR responses.at <= %(said_at)s)
RETURNING eta_minutes

-- name: supersede
-- What others with the same number had answered, or this person together with them, gives way to
-- what is said now.
DELETE FROM responses
WHERE alarm_id = %(alarm_id)s AND person_id <> %(person_id)s AND at <= %(at)s
    AND (%(person_id)s = ANY (others) OR person_id = ANY (%(others)s))

-- name: answer_of
SELECT answer FROM responses
WHERE alarm_id = %(alarm_id)s AND (person_id = %(person_id)s OR %(person_id)s = ANY (others))
ORDER BY at DESC LIMIT 1

-- name: has_answered
SELECT EXISTS (SELECT FROM responses
    WHERE alarm_id = %(alarm_id)s AND at >= %(since)s
        AND (person_id = %(person_id)s OR %(person_id)s = ANY (others)))
