-- What could not be read or belongs to nobody.

-- name: add
INSERT INTO dead_letters (received_at, topic, payload, payload_size, reason, home, device, retained)
VALUES (%(received_at)s, %(topic)s, %(payload)s, %(payload_size)s, %(reason)s, %(home)s, %(device)s,
    %(retained)s)
RETURNING id

-- name: hold
-- Messages that are taken in as soon as it is their turn: their replay is asked for already.
INSERT INTO dead_letters (received_at, topic, payload, payload_size, reason, home, device, retained,
    replay_asked_at)
SELECT n.received_at, n.topic, n.payload, octet_length(n.payload), %(reason)s, n.home, n.device,
    n.retained, n.received_at
FROM unnest(%(topics)s::text[], %(payloads)s::bytea[], %(times)s::timestamptz[], %(homes)s::text[],
    %(devices)s::text[], %(retained)s::boolean[])
    AS n (topic, payload, received_at, home, device, retained)

-- name: is_told
SELECT 1 FROM dead_letters
WHERE home = %(home)s AND device = %(device)s AND reason = %(reason)s AND replayed_at IS NULL
LIMIT 1

-- name: newest
SELECT * FROM dead_letters
WHERE (%(home)s::text IS NULL OR home = %(home)s) AND (%(before)s::bigint IS NULL OR id < %(before)s)
ORDER BY id DESC LIMIT %(limit)s

-- name: counts
-- Of those not taken in since. The class of a reason is what stands before its first colon.
SELECT home, device, split_part(reason, ':', 1) AS reason, count(*) AS letters,
    max(received_at) AS newest
FROM dead_letters WHERE replayed_at IS NULL
GROUP BY 1, 2, 3 ORDER BY letters DESC, newest DESC LIMIT %(limit)s

-- name: ask_replay
-- Not what was cut off, and no signal that was taken in with a complaint: it would count again.
UPDATE dead_letters SET replay_asked_at = %(now)s
WHERE replayed_at IS NULL AND payload_size = octet_length(payload)
    AND NOT (reason LIKE 'taken in nevertheless%%' AND topic LIKE '%%/signal')
    AND (%(ids)s::bigint[] IS NULL OR id = ANY (%(ids)s))
    AND (%(home)s::text IS NULL OR home = %(home)s)
    AND (%(reason)s::text IS NULL OR starts_with(reason, %(reason)s))
RETURNING id

-- name: take_for_replay
-- Not what has ended processes: it is tried by one of its own.
SELECT * FROM dead_letters d WHERE replay_asked_at IS NOT NULL
    AND NOT EXISTS (SELECT FROM suspects s WHERE s.letter_id = d.id)
ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED

-- name: take_one
SELECT * FROM dead_letters WHERE id = %(id)s FOR UPDATE

-- name: record_replay
UPDATE dead_letters SET replay_asked_at = NULL, replays = replays + 1, reason = %(reason)s,
    replayed_at = CASE WHEN %(done)s THEN %(now)s::timestamptz END
WHERE id = %(id)s

-- name: replays_left
SELECT count(*) FROM dead_letters WHERE replay_asked_at IS NOT NULL

-- name: count_replayed
SELECT count(*) FROM dead_letters WHERE id = ANY (%(ids)s) AND replayed_at IS NOT NULL

-- name: remove
DELETE FROM dead_letters WHERE received_at < %(before)s
