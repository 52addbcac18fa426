-- The activity in the homes: what sensors reported, when the rules are checked next, what people
-- have set.

-- name: sensors
SELECT id, home_id, role, room FROM devices WHERE id = ANY (%(ids)s)

-- name: activity_of
SELECT home_id, life_at, life_device, hit_at, hit_device, other_at, passage_at, opened_at,
    bed_left_at, bath_since, bath_at, said::text
FROM home_rhythm WHERE home_id = ANY (%(ids)s)

-- name: write_activity
-- One statement a batch. Never waits for whoever checks a home: what is locked is not in the
-- answer. A home whose alarm stands is checked with every sign of life, to clear it.
WITH given AS (
    SELECT * FROM jsonb_to_recordset(%(rows)s::jsonb) AS g (
        home_id bigint, life_at timestamptz, life_device integer, hit_at timestamptz,
        hit_device integer, other_at timestamptz, passage_at timestamptz, opened_at timestamptz,
        bed_left_at timestamptz, bath_since timestamptz, bath_at timestamptz, said jsonb,
        look boolean)
), free AS (
    SELECT r.home_id FROM home_rhythm r WHERE r.home_id IN (SELECT g.home_id FROM given g)
    FOR NO KEY UPDATE SKIP LOCKED
), changed AS (
    UPDATE home_rhythm r SET life_at = g.life_at, life_device = g.life_device, hit_at = g.hit_at,
        hit_device = g.hit_device, other_at = g.other_at, passage_at = g.passage_at,
        opened_at = g.opened_at, bed_left_at = g.bed_left_at, bath_since = g.bath_since,
        bath_at = g.bath_at, said = g.said,
        due_at = CASE WHEN g.look OR r.raised <> '{}' THEN LEAST(r.due_at, %(now)s)
            ELSE r.due_at END
    FROM given g JOIN free f USING (home_id)
    WHERE r.home_id = g.home_id
    RETURNING r.home_id
), added AS (
    INSERT INTO home_rhythm (home_id, life_at, life_device, hit_at, hit_device, other_at,
        passage_at, opened_at, bed_left_at, bath_since, bath_at, said, due_at)
    SELECT g.home_id, g.life_at, g.life_device, g.hit_at, g.hit_device, g.other_at, g.passage_at,
        g.opened_at, g.bed_left_at, g.bath_since, g.bath_at, g.said, %(now)s
    FROM given g
    WHERE NOT EXISTS (SELECT FROM home_rhythm r WHERE r.home_id = g.home_id)
    ON CONFLICT (home_id) DO NOTHING
    RETURNING home_id
)
SELECT home_id FROM changed UNION ALL SELECT home_id FROM added

-- name: due
SELECT r.home_id, h.area_id, r.cold_since, r.frost_since, r.heat_since, r.raised::text,
    s.rules::text, u.back_at, r.life_at, r.life_device, r.hit_at, r.hit_device, r.other_at, r.passage_at,
    r.opened_at, r.bed_left_at, r.bath_since, r.bath_at, r.said::text
FROM home_rhythm r JOIN homes h ON h.id = r.home_id
    LEFT JOIN home_rules s ON s.home_id = r.home_id
    LEFT JOIN hubs u ON u.home_id = r.home_id AND u.revoked_at IS NULL
WHERE r.due_at <= %(now)s
ORDER BY r.due_at
LIMIT %(limit)s
FOR NO KEY UPDATE OF r SKIP LOCKED

-- name: next_due
SELECT min(due_at) FROM home_rhythm

-- name: decide
UPDATE home_rhythm r SET due_at = d.due_at, cold_since = d.cold, frost_since = d.frost,
    heat_since = d.heat, raised = d.raised::jsonb
FROM unnest(%(ids)s::bigint[], %(due_ats)s::timestamptz[], %(colds)s::timestamptz[],
    %(frosts)s::timestamptz[], %(heats)s::timestamptz[], %(raised)s::text[])
    AS d (home_id, due_at, cold, frost, heat, raised)
WHERE r.home_id = d.home_id

-- name: set_next_check
UPDATE home_rhythm SET due_at = LEAST(due_at, %(now)s) WHERE home_id = %(home_id)s

-- name: check_soon
UPDATE home_rhythm SET due_at = LEAST(due_at, %(now)s)
WHERE home_id = (SELECT home_id FROM home_rhythm WHERE home_id = %(home_id)s
    FOR NO KEY UPDATE SKIP LOCKED)

-- name: last_heard
SELECT id, last_seen_at FROM devices WHERE id = ANY (%(ids)s) AND last_seen_at IS NOT NULL

-- name: watches
SELECT d.id, d.home_id, h.area_id, d.code, d.report_seconds, d.bound_at, d.last_seen_at,
    d.offline_at, d.down_since, d.alarm_id, d.battery, d.battery_low, d.low_since,
    COALESCE(u.down_since IS NOT NULL, false) AS hub_down, u.back_at AS hub_back_at
FROM devices d JOIN homes h ON h.id = d.home_id LEFT JOIN hubs u ON u.home_id = d.home_id
    AND u.revoked_at IS NULL
WHERE d.id = ANY (%(ids)s)

-- name: last_call
SELECT max(s.received_at) FROM devices d JOIN signals s ON s.home_id = d.home_id
    AND s.device_id = d.id AND s.received_at > %(since)s AND s.kind = 'help_call' AND s.active
    AND NOT s.test
WHERE d.home_id = %(home_id)s

-- name: closings
-- By people: what the centre closed by itself was no conversation.
SELECT a.kind, a.outcome, a.closed_at FROM alarms a
WHERE a.home_id = %(home_id)s AND a.state = 'CLOSED' AND a.closed_at > %(since)s
    AND EXISTS (SELECT FROM alarm_events e
        WHERE e.alarm_id = a.id AND e.event = 'closed' AND e.actor LIKE 'user:%%')

-- name: rules_of
SELECT rules, changed_at, changed_by FROM home_rules WHERE home_id = %(home_id)s

-- name: set_rules
INSERT INTO home_rules (home_id, rules, changed_at, changed_by)
VALUES (%(home_id)s, %(rules)s, %(now)s, %(by)s)
ON CONFLICT (home_id) DO UPDATE SET rules = EXCLUDED.rules, changed_at = EXCLUDED.changed_at,
    changed_by = EXCLUDED.changed_by

-- name: raised_in
SELECT raised FROM home_rhythm WHERE home_id = %(home_id)s
