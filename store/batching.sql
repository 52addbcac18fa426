-- What a transaction writes at its end.

-- name: write_deferred
-- One statement for all of it; every kind is a list of rows in %(parts)s.
--   messages  into the outbox; one with the dedupe key of another is left out, and so is news by
--             text message to a telephone that was sent the same within a second and nothing else
--             since, for which the journal has `told_already`
--   lines     of alarms' journals; each message of an alarm has its own beside them. Who subscribed
--             to changes gets a webhook message for a line. Lines about single messages change no
--             alarm, and nobody subscribes to them.
--   timers    set or moved
--   ties      of signals to their alarms
--   payloads  for NOTIFY
--   repeats   of an alarm that has been stated often: counted by device until an engine writes a
--             line about them (alerts/work/flapping.py); `cleared`: it took the alarm back
-- `place` is the order in which all of this was written down.
WITH parts AS MATERIALIZED (SELECT %(parts)s::json AS it
), asked AS MATERIALIZED (
    SELECT r.* FROM parts, json_to_recordset(it -> 'messages') AS r (alarm_id bigint,
        dispatch_id bigint, person_id bigint, purpose text, channel text, lane smallint,
        address text, body text, dedupe text, due_at timestamptz, now timestamptz, chain text,
        spoken text, fields jsonb, urgency smallint, bundle boolean, template text, place int)
), news AS MATERIALIZED (
    -- Never what asks for an answer, nor what becomes one message with others anyway. Without news
    -- nothing is looked up: raising an alarm has none.
    SELECT place, dedupe, address, body, now FROM asked
    WHERE channel = 'sms' AND person_id IS NOT NULL AND purpose NOT IN ('alarm', 'offer')
        AND NOT bundle
), already AS MATERIALIZED (
    SELECT n.place FROM news n
    WHERE NOT EXISTS (SELECT FROM notifications o WHERE o.dedupe = n.dedupe)
        AND (EXISTS (SELECT FROM news b
                WHERE b.address = n.address AND b.body = n.body AND b.place < n.place)
            OR (SELECT o.body FROM notifications o
                WHERE o.channel = 'sms' AND o.address = n.address
                    AND o.created_at > n.now - interval '1 second'
                    AND o.state NOT IN ('FAILED', 'CANCELLED')
                ORDER BY o.created_at DESC, o.id DESC LIMIT 1) = n.body)
), message AS (
    INSERT INTO notifications
        (alarm_id, dispatch_id, person_id, purpose, channel, lane, address, body, dedupe, due_at,
         created_at, chain, spoken, fields, urgency, bundle, template)
    SELECT alarm_id, dispatch_id, person_id, purpose, channel, lane, address, body, dedupe,
        due_at, now, chain, spoken, fields, urgency, bundle, template
    FROM asked WHERE place NOT IN (SELECT place FROM already) ORDER BY place
    ON CONFLICT (dedupe) DO NOTHING
    RETURNING id, dedupe, lane, channel
), line AS (
    INSERT INTO alarm_events (alarm_id, at, event, actor, via, data)
    SELECT alarm_id, at, event, actor, via, data FROM (
        SELECT r.* FROM parts, json_to_recordset(it -> 'lines') AS r (alarm_id bigint,
            at timestamptz, event text, actor text, via text, data jsonb, place int)
        UNION ALL
        SELECT a.alarm_id, a.now, 'queued', 'system', a.channel, jsonb_build_object(
            'notification', m.id, 'person', a.person_id, 'purpose', a.purpose), a.place
        FROM message m JOIN asked a USING (dedupe) WHERE a.alarm_id IS NOT NULL
        UNION ALL
        SELECT a.alarm_id, a.now, 'told_already', 'system', a.channel, jsonb_build_object(
            'person', a.person_id, 'purpose', a.purpose), a.place
        FROM already JOIN asked a USING (place) WHERE a.alarm_id IS NOT NULL
    ) AS all_lines
    ORDER BY place
    RETURNING *
), told AS (
    INSERT INTO notifications
        (alarm_id, purpose, channel, lane, address, body, dedupe, due_at, created_at, urgency)
    SELECT a.id, 'event', 'webhook', CASE a.priority WHEN 1 THEN 1 WHEN 2 THEN 3 ELSE 2 END,
        'webhook:' || s.id,
        jsonb_build_object(
            'specversion', '1.0',
            'id', line.id::text,
            'type', 'org.anxin.alarm.' || line.event,
            'subject', 'alarms/' || a.id,
            'time', to_char(line.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            'datacontenttype', 'application/json',
            'sequence', line.id::text,
            'data', jsonb_build_object(
                'alarm', a.id, 'code', a.code, 'home', h.code, 'area', g.code, 'kind', a.kind,
                'priority', a.priority, 'state', a.state, 'count', a.count, 'outcome', a.outcome,
                'event', line.event, 'actor', line.actor, 'via', line.via,
                'detail', line.data))::text,
        'webhook:' || s.id || ':' || line.id, line.at, line.at, a.priority
    FROM line
    JOIN alarms a ON a.id = line.alarm_id
    JOIN areas g ON g.id = a.area_id
    LEFT JOIN homes h ON h.id = a.home_id
    JOIN subscriptions s ON s.disabled_at IS NULL
        AND (s.kinds IS NULL OR a.kind = ANY (s.kinds))
        AND (s.area_ids IS NULL OR a.area_id = ANY (s.area_ids))
    WHERE line.event NOT IN ('queued', 'sent', 'sent_again', 'delivered', 'delivery_delayed',
        'delivery_failed', 'channel_changed', 'bundled', 'call_answered', 'call_heard', 'cancelled',
        'left_in_peace', 'told_already', 'carrier_refused', 'pass_refused', 'unanswered',
        'same_telephone')
    ORDER BY line.id
    RETURNING id, lane, channel
), timer AS (
    INSERT INTO timers (alarm_id, kind, ref, due_at, data)
    SELECT alarm_id, kind, ref, due_at, data
    FROM parts, json_to_recordset(it -> 'timers') AS r (alarm_id bigint, kind text, ref text,
        due_at timestamptz, data jsonb, place int)
    ORDER BY place
    ON CONFLICT (alarm_id, kind, ref) DO UPDATE SET due_at = EXCLUDED.due_at, data = EXCLUDED.data
), tie AS (
    UPDATE signals s SET alarm_id = r.alarm_id
    FROM parts, json_to_recordset(it -> 'ties') AS r (id bigint, alarm_id bigint)
    WHERE s.id = r.id
), counted AS (
    INSERT INTO repeat_counts AS c (alarm_id, device_id, times, clears, first_at, last_at)
    SELECT alarm_id, device_id, count(*) FILTER (WHERE NOT cleared),
        count(*) FILTER (WHERE cleared), min(at), max(at)
    FROM parts, json_to_recordset(it -> 'repeats') AS r (alarm_id bigint, device_id integer,
        at timestamptz, cleared boolean)
    GROUP BY alarm_id, device_id
    ON CONFLICT (alarm_id, device_id) DO UPDATE SET times = c.times + EXCLUDED.times,
        clears = c.clears + EXCLUDED.clears, first_at = LEAST(c.first_at, EXCLUDED.first_at),
        last_at = GREATEST(c.last_at, EXCLUDED.last_at)
)
SELECT pg_notify('anxin', payload) FROM (
    SELECT 'notification ' || id || ' ' || lane || ' ' || channel AS payload FROM message
    UNION ALL SELECT 'notification ' || id || ' ' || lane || ' ' || channel FROM told
    UNION ALL SELECT r.payload FROM parts, json_to_recordset(it -> 'payloads') AS r (payload text)
) AS news
