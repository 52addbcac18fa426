-- Whom a home's alarm is sent to.

-- name: of_alarm
-- At least one row: the home, when somebody last said about the alarm that they are going, by when the
-- last of those who said how long they need wants to be there, and its contacts in the order in which they are to be asked, each with their preferences (as of_person says).
SELECT brief.home, going.last_going, going.due_by, p.id, p.name, p.phone, p.language, p.opted_out_at,
    COALESCE((SELECT jsonb_agg(jsonb_build_array(c.channel, c.id) ORDER BY c.position)
        FROM person_channels c WHERE c.person_id = p.id), '[]') AS channels,
    w.kinds, w.quiet_from, w.quiet_to,
    COALESCE((SELECT array_agg(s.sender) FROM sms_stops s WHERE s.phone = p.phone), '{}')
        AS stopped,
    (SELECT count(*) FROM notifications n
        WHERE n.channel = 'sms' AND n.address = p.phone AND n.created_at >= %(since)s
            AND n.state <> 'CANCELLED') AS sms_today
FROM (
    SELECT jsonb_build_object(
        'id', h.id, 'code', h.code, 'area_id', h.area_id, 'address', h.address,
        'access_notes', h.access_notes, 'phone', h.phone, 'latitude', h.latitude,
        'longitude', h.longitude,
        'residents', COALESCE((SELECT string_agg(o.name, '、' ORDER BY r.id)
            FROM residents r JOIN people o ON o.id = r.person_id
            WHERE r.home_id = h.id AND o.erased_at IS NULL), h.code)) AS home
    FROM homes h WHERE h.id = %(home_id)s
) AS brief
CROSS JOIN (
    SELECT max(at) FILTER (WHERE eta_minutes IS NULL) AS last_going,
        max(at + eta_minutes * interval '1 minute') AS due_by
    FROM responses WHERE alarm_id = %(alarm_id)s AND answer = 'going'
) AS going
LEFT JOIN contacts k ON k.home_id = %(home_id)s
LEFT JOIN people p ON p.id = k.person_id
LEFT JOIN person_wishes w ON w.person_id = p.id
ORDER BY k.position, k.id

-- name: of_outage
-- Whoever is a contact of several homes is named once, with all their residents.
SELECT p.id, p.name, p.phone, p.language, p.opted_out_at,
    string_agg(touched.residents, '、' ORDER BY touched.home_id) AS residents
FROM (
    SELECT c.home_id, COALESCE((SELECT string_agg(o.name, '、' ORDER BY r.id)
        FROM residents r JOIN people o ON o.id = r.person_id
        WHERE r.home_id = c.home_id AND o.erased_at IS NULL), h.code) AS residents
    FROM alarms c JOIN homes h ON h.id = c.home_id
    WHERE c.inhibited_by = %(alarm_id)s AND c.state <> 'CLOSED' AND c.cleared_at IS NULL
) AS touched
JOIN contacts k ON k.home_id = touched.home_id
JOIN people p ON p.id = k.person_id AND p.erased_at IS NULL
GROUP BY p.id
ORDER BY p.id

-- name: informed_of_outage
SELECT p.id, p.name, p.phone, p.language, p.opted_out_at,
    string_agg(back.residents, '、' ORDER BY back.home_id) AS residents
FROM (
    SELECT DISTINCT c.home_id, COALESCE((SELECT string_agg(o.name, '、' ORDER BY r.id)
        FROM residents r JOIN people o ON o.id = r.person_id
        WHERE r.home_id = c.home_id AND o.erased_at IS NULL), h.code) AS residents
    FROM alarms c JOIN homes h ON h.id = c.home_id
    WHERE c.inhibited_by = %(alarm_id)s AND (c.state = 'CLOSED' OR c.cleared_at IS NOT NULL)
) AS back
JOIN contacts k ON k.home_id = back.home_id
JOIN people p ON p.id = k.person_id AND p.erased_at IS NULL
WHERE EXISTS (SELECT FROM notifications n
    WHERE n.alarm_id = %(alarm_id)s AND n.person_id = p.id AND n.purpose = 'told'
        AND n.state <> 'CANCELLED')
GROUP BY p.id
ORDER BY p.id

-- name: notified
-- Everybody who was notified of one of the alarms of a home, or heard of the fault, to tell them how
-- it goes on, with what they want to hear of that. Who is no contact any more hears all.
SELECT DISTINCT p.id, p.name, p.phone, p.language, p.opted_out_at,
    COALESCE(k.hears, 'all') AS hears
FROM notifications n JOIN people p ON p.id = n.person_id
JOIN alarms a ON a.id = n.alarm_id
LEFT JOIN contacts k ON k.home_id = a.home_id AND k.person_id = p.id
WHERE n.alarm_id = ANY (%(ids)s) AND n.state <> 'CANCELLED'
    AND (n.purpose = 'alarm' OR (n.chain LIKE 'fault:%%' AND n.sent_at IS NOT NULL))
ORDER BY p.id
