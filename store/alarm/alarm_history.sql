-- Everything that is known of one alarm, in order of time, for who asks why. Ids and codes only.

-- name: find
-- By its number, else the newest that had this code.
SELECT a.id, a.code, a.kind, a.priority, a.state, a.count, a.raised_at, a.closed_at, a.outcome,
    h.code AS home
FROM alarms a LEFT JOIN homes h ON h.id = a.home_id
WHERE a.id = %(number)s OR a.code = %(code)s
ORDER BY a.id = %(number)s DESC, a.id DESC
LIMIT 1

-- name: lines
-- A signal of its home came at the earliest when it was raised. A message has a line for each of
-- its times; what the carrier reported last is its `rank`.
SELECT at, source, what, data FROM (
    SELECT s.received_at AS at, 1 AS place, s.id, 'signal' AS source, s.kind AS what,
        jsonb_build_object('device', d.code, 'id', s.signal_id, 'active', s.active, 'at', s.at,
            'late', s.late, 'test', s.test, 'hidden_by', s.suppressed_by) AS data
    FROM alarms a
    JOIN devices d ON d.home_id = a.home_id
    JOIN signals s ON s.home_id = d.home_id AND s.device_id = d.id AND s.alarm_id = a.id
        AND s.received_at >= a.raised_at - interval '1 day'
    WHERE a.id = %(id)s
    UNION ALL
    SELECT e.at, 2, e.id, 'journal', e.event,
        jsonb_build_object('actor', e.actor, 'via', e.via) || e.data
    FROM alarm_events e WHERE e.alarm_id = %(id)s
    UNION ALL
    SELECT t.at, 3, n.id, t.source, t.what,
        jsonb_build_object('message', n.id, 'purpose', n.purpose, 'channel', n.channel, 'lane',
            n.lane, 'person', n.person_id, 'chain', n.chain, 'due_at', t.due_at,
            'attempts', NULLIF(n.attempts, 0), 'provider', t.provider, 'error', t.error)
    FROM notifications n
    CROSS JOIN LATERAL (VALUES
        (n.created_at, 'message', 'queued', n.due_at, NULL::text, NULL::text),
        (n.sent_at, 'message', 'sent', NULL, n.provider_id, NULL),
        (n.finished_at, CASE WHEN n.provider_rank > 0 THEN 'callback' ELSE 'message' END,
            lower(n.state), NULL, n.provider_id, n.error_code)
    ) AS t (at, source, what, due_at, provider, error)
    WHERE n.alarm_id = %(id)s AND t.at IS NOT NULL
    UNION ALL
    SELECT i.received_at, 4, i.id, 'reply', i.understood,
        jsonb_build_object('inbound', i.id, 'person', i.person_id, 'provider', i.provider_id)
    FROM inbound_messages i WHERE i.alarm_id = %(id)s
    UNION ALL
    SELECT t.due_at, 5, t.id, 'timer', t.kind,
        jsonb_build_object('timer', t.id, 'ref', NULLIF(t.ref, '')) || t.data
    FROM timers t WHERE t.alarm_id = %(id)s
) AS line
ORDER BY at, place, id
