-- Prompts to call an outside service, and whether the resident was reached: from the journal.

-- name: standing
-- The first line of each prompt that still stands, 120 before 110. What was handed over, or that the
-- resident was reached, for another danger of the home after the prompt counts for this one, too.
SELECT e.alarm_id, e.data ->> 'service' AS service, min(e.at) AS since, min(e.data ->> 'why') AS why
FROM alarm_events e JOIN alarms a ON a.id = e.alarm_id
WHERE e.alarm_id = ANY (%(ids)s) AND e.event = 'prompted' AND a.state <> 'CLOSED'
    AND NOT EXISTS (SELECT FROM hand_overs o
        WHERE o.alarm_id = e.alarm_id AND o.service = e.data ->> 'service')
    AND NOT EXISTS (SELECT FROM hand_overs o JOIN alarms b ON b.id = o.alarm_id
        WHERE o.at >= e.at AND o.service = e.data ->> 'service' AND b.home_id = a.home_id
            AND b.priority <= %(least)s AND a.priority <= %(least)s)
    AND (e.data ->> 'why' <> %(no_contact)s OR NOT EXISTS (
        SELECT FROM alarms b JOIN alarm_events c ON c.alarm_id = b.id
        WHERE b.area_id = a.area_id AND b.home_id = a.home_id AND b.state <> 'CLOSED'
            AND (b.id = a.id OR b.priority <= %(least)s AND a.priority <= %(least)s)
            AND c.id > e.id AND c.event = 'resident_reached'))
GROUP BY e.alarm_id, e.data ->> 'service'
ORDER BY e.alarm_id, min(e.id)

-- name: contacts_of
-- Since the alarm was raised, also for another open danger of the home.
SELECT DISTINCT ON (a.id) a.id, e.event = 'resident_reached' AS reached, e.at
FROM alarms a JOIN alarms b ON b.id = a.id
    OR (b.area_id = a.area_id AND b.home_id = a.home_id AND b.state <> 'CLOSED'
        AND b.priority <= %(least)s AND a.priority <= %(least)s)
JOIN alarm_events e ON e.alarm_id = b.id
WHERE a.id = ANY (%(ids)s) AND e.at >= a.raised_at
    AND e.event IN ('resident_reached', 'resident_not_reached')
ORDER BY a.id, e.id DESC
