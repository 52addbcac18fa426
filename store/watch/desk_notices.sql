-- What operators must know apart from alarms.

-- name: unread
SELECT count(*) FROM inbound_messages WHERE for_desk AND read_at IS NULL

-- name: overdue
-- Work orders and tasks whose date has passed.
SELECT (SELECT count(*) FROM work_orders WHERE state IN ('OPEN', 'ASSIGNED') AND due_at <= %(now)s)
    + (SELECT count(*) FROM tasks WHERE state = 'OPEN' AND due_at <= %(now)s)

-- name: out_of_reach
-- Homes of which no contact can be counted on: nobody has a number, or all have stopped our
-- messages. Those with nobody on the list at all are among them.
SELECT h.code AS home, h.address, count(c.id) AS contacts,
    count(p.id) FILTER (WHERE p.opted_out_at IS NOT NULL) AS opted_out
FROM homes h
LEFT JOIN contacts c ON c.home_id = h.id
LEFT JOIN people p ON p.id = c.person_id
GROUP BY h.id
HAVING NOT COALESCE(bool_or(p.phone IS NOT NULL AND p.opted_out_at IS NULL), false)
ORDER BY h.code
LIMIT %(limit)s

-- name: opted_out
-- Contacts who have stopped our messages, the last first.
SELECT h.code AS home, h.address, p.id AS person_id, p.name, p.phone, c.relation,
    p.opted_out_at AS since
FROM contacts c JOIN people p ON p.id = c.person_id JOIN homes h ON h.id = c.home_id
WHERE p.opted_out_at IS NOT NULL
ORDER BY p.opted_out_at DESC, h.code
LIMIT %(limit)s

-- name: wanting_consent
-- Modes in force that ask to hide danger to life and wait for the second person.
SELECT m.id, h.code AS home, h.address, m.mode, m.ends_at, m.set_by
FROM home_modes m JOIN homes h ON h.id = m.home_id
WHERE m.hides_life AND m.consented_by IS NULL AND m.ended_at IS NULL AND m.ends_at > %(now)s
ORDER BY m.id
LIMIT %(limit)s

-- name: writers
-- Who wrote to the centre lately or waits for it, by person, with their last message: who waits
-- first. The last thousand messages are more people than anybody reads through.
WITH unread AS (
    SELECT person_id, count(*) AS n FROM inbound_messages
    WHERE for_desk AND read_at IS NULL AND person_id IS NOT NULL
    GROUP BY person_id
), lately AS (
    SELECT person_id FROM inbound_messages
    WHERE received_at > %(since)s AND person_id IS NOT NULL
    ORDER BY received_at DESC LIMIT 1000
), wrote AS (
    SELECT person_id FROM unread UNION SELECT person_id FROM lately
)
SELECT p.id AS person_id, p.name, p.phone, p.opted_out_at, last.received_at AS at,
    last.body AS text, COALESCE(unread.n, 0) AS unread
FROM wrote JOIN people p ON p.id = wrote.person_id
LEFT JOIN unread ON unread.person_id = p.id
JOIN LATERAL (SELECT received_at, body FROM inbound_messages m
    WHERE m.person_id = p.id ORDER BY m.received_at DESC, m.id DESC LIMIT 1) last ON true
ORDER BY unread.n IS NOT NULL DESC, last.received_at DESC, p.id
LIMIT %(limit)s

-- name: strangers
-- Unread messages from numbers nobody knows.
SELECT m.id, m.received_at, m.address, m.person_id, '' AS name, m.alarm_id, m.understood,
    m.body AS text, m.read_at, m.read_by
FROM inbound_messages m
WHERE m.for_desk AND m.read_at IS NULL AND m.person_id IS NULL
ORDER BY m.id DESC
LIMIT %(limit)s

-- name: cries
-- Unread messages that ask for help: see alerts/response/replies/cries.py.
SELECT m.id, m.received_at, m.address, m.person_id, COALESCE(p.name, '') AS name, m.alarm_id,
    m.understood, m.body AS text, m.read_at, m.read_by
FROM inbound_messages m LEFT JOIN people p ON p.id = m.person_id
WHERE m.for_desk AND m.read_at IS NULL AND m.understood = 'cry'
ORDER BY m.id
LIMIT %(limit)s

-- name: modes_in_force
-- Every home that is in a mode now, those that hide most first.
SELECT m.id, h.code AS home, h.address, m.mode, m.ends_at, m.set_by
FROM home_modes m JOIN homes h ON h.id = m.home_id
WHERE m.ended_at IS NULL AND m.starts_at <= %(now)s AND m.ends_at > %(now)s
ORDER BY m.hides_life AND m.consented_by IS NOT NULL DESC, m.ends_at, m.id
LIMIT %(limit)s

-- name: outages
-- Open outages of areas, the newest first.
SELECT id FROM alarms WHERE kind = 'area_outage' AND state <> 'CLOSED'
ORDER BY raised_at DESC, id DESC LIMIT %(limit)s

-- name: hubs_down
-- Hubs that are silent now, by area, the worst area first.
SELECT g.code AS area, g.name, count(*) AS down, min(b.down_since) AS since
FROM hubs b JOIN homes h ON h.id = b.home_id JOIN areas g ON g.id = h.area_id
WHERE b.down_since IS NOT NULL
GROUP BY g.id
ORDER BY count(*) DESC, g.code
LIMIT %(limit)s
