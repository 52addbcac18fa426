-- Prompts to call an outside service, and whether the resident was reached: from the journal.

-- name: standing
-- The first line of each prompt that still stands, 120 before 110.
SELECT e.alarm_id, e.data ->> 'service' AS service, min(e.at) AS since, min(e.data ->> 'why') AS why
FROM alarm_events e JOIN alarms a ON a.id = e.alarm_id
WHERE e.alarm_id = ANY (%(ids)s) AND e.event = 'prompted' AND a.state <> 'CLOSED'
    AND NOT EXISTS (SELECT FROM hand_overs o
        WHERE o.alarm_id = e.alarm_id AND o.service = e.data ->> 'service')
    AND (e.data ->> 'why' <> %(no_contact)s OR NOT EXISTS (SELECT FROM alarm_events c
        WHERE c.alarm_id = e.alarm_id AND c.id > e.id AND c.event = 'resident_reached'))
GROUP BY e.alarm_id, e.data ->> 'service'
ORDER BY e.alarm_id, min(e.id)

-- name: contacts_of
SELECT DISTINCT ON (alarm_id) alarm_id, event = 'resident_reached' AS reached, at
FROM alarm_events
WHERE alarm_id = ANY (%(ids)s) AND event IN ('resident_reached', 'resident_not_reached')
ORDER BY alarm_id, id DESC
