-- Work for the depot.

-- name: claim_wanted
-- An open technical alarm whose condition has lasted long enough and that has no work order yet.
-- Children of an area outage wait for its end.
SELECT a.id AS alarm_id, a.kind, a.area_id, a.home_id, a.device_id,
    COALESCE(d.role, '') AS role, r.battery
FROM alarms a
JOIN unnest(%(kinds)s::text[], %(before)s::timestamptz[]) AS w(kind, before)
    ON w.kind = a.kind AND a.raised_at <= w.before
LEFT JOIN devices d ON d.id = a.device_id
LEFT JOIN LATERAL (
    SELECT battery FROM readings
    WHERE device_id = a.device_id AND at >= %(battery_since)s AND battery IS NOT NULL
    ORDER BY at DESC LIMIT 1) AS r ON true
WHERE a.priority = 4 AND a.state <> 'CLOSED' AND a.cleared_at IS NULL
    AND a.inhibited_by IS NULL
    AND NOT EXISTS (SELECT FROM work_order_alarms o WHERE o.alarm_id = a.id)
ORDER BY a.raised_at
LIMIT 1
FOR NO KEY UPDATE OF a SKIP LOCKED

-- name: add_or_join
-- One open order a device and kind of work, however many alarms ask for it.
INSERT INTO work_orders (kind, area_id, home_id, device_id, alarm_id, due_at, created_at)
VALUES (%(kind)s, %(area_id)s, %(home_id)s, %(device_id)s, %(alarm_id)s, %(due_at)s, %(now)s)
ON CONFLICT (area_id, home_id, device_id, kind) WHERE state IN ('OPEN', 'ASSIGNED')
    DO UPDATE SET due_at = LEAST(work_orders.due_at, EXCLUDED.due_at)
RETURNING id, (xmax = 0) AS inserted

-- name: tie
INSERT INTO work_order_alarms (alarm_id, work_order_id) VALUES (%(alarm_id)s, %(order_id)s)

-- name: tied
SELECT true FROM work_order_alarms WHERE alarm_id = %(alarm_id)s

-- name: get
SELECT * FROM work_orders o JOIN work_order_names n USING (id)
WHERE id = %(id)s

-- name: lock
SELECT id FROM work_orders WHERE id = %(id)s FOR NO KEY UPDATE

-- name: listed
SELECT * FROM work_orders o JOIN work_order_names n USING (id)
WHERE o.state = ANY (%(states)s)
    AND (%(home)s::text IS NULL OR n.home = %(home)s)
    AND (%(owner_id)s::bigint IS NULL OR o.owner_id = %(owner_id)s)
    AND (%(due_before)s::timestamptz IS NULL OR o.due_at <= %(due_before)s)
    AND (%(after)s::bigint IS NULL
        OR (o.due_at, id) > (SELECT due_at, id FROM work_orders WHERE id = %(after)s))
ORDER BY o.due_at, id
LIMIT %(limit)s

-- name: assign
UPDATE work_orders SET state = 'ASSIGNED', owner_id = %(owner_id)s WHERE id = %(id)s

-- name: finish
UPDATE work_orders SET state = %(state)s, finished_at = %(now)s, finished_by = %(by)s,
    note = %(note)s
WHERE id = %(id)s

-- name: drop_recovered
-- Connections come back by themselves. What somebody has taken is theirs to end.
UPDATE work_orders o SET state = 'CANCELLED', finished_at = %(now)s
WHERE o.kind = 'connect' AND o.state = 'OPEN'
    AND EXISTS (SELECT FROM work_order_alarms w WHERE w.work_order_id = o.id)
    AND NOT EXISTS (
        SELECT FROM work_order_alarms w JOIN alarms a ON a.id = w.alarm_id
        WHERE w.work_order_id = o.id AND a.state <> 'CLOSED' AND a.cleared_at IS NULL)
RETURNING o.id

-- name: mark_overdue
-- Two at once wait for each other: the supervisor gets one message of it all.
UPDATE work_orders SET escalated_at = %(now)s
WHERE id IN (
    SELECT id FROM work_orders
    WHERE state IN ('OPEN', 'ASSIGNED') AND due_at <= %(now)s AND escalated_at IS NULL
    ORDER BY due_at LIMIT %(limit)s FOR NO KEY UPDATE)
RETURNING id, area_id
