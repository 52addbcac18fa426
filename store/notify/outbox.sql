-- name: queue
-- No row: queued before (the dedupe key names step, person and channel).
INSERT INTO notifications
    (alarm_id, dispatch_id, person_id, purpose, channel, lane, address, body, dedupe, due_at,
     created_at, chain, spoken, fields, urgency, bundle, template)
VALUES
    (%(alarm_id)s, %(dispatch_id)s, %(person_id)s, %(purpose)s, %(channel)s, %(lane)s,
     %(address)s, %(body)s, %(dedupe)s, %(due_at)s, %(now)s, %(chain)s, %(spoken)s, %(fields)s,
     %(urgency)s, %(bundle)s, %(template)s)
ON CONFLICT (dedupe) DO NOTHING
RETURNING id

-- name: claim
-- One due notification of the lane nobody else holds, for sending outside the transaction.
UPDATE notifications SET state = 'SENDING', claimed_by = %(by)s, claimed_at = %(now)s,
    attempts = attempts + 1
WHERE id = (
    SELECT id FROM notifications
    WHERE state = 'QUEUED' AND channel = ANY (%(channels)s) AND lane = %(lane)s
        AND due_at <= %(now)s
    ORDER BY due_at, id
    LIMIT 1
    FOR UPDATE SKIP LOCKED)
RETURNING *

-- name: claim_most_urgent
-- As claim, for the lane that may have to wait: a person at risk goes before technical faults.
UPDATE notifications SET state = 'SENDING', claimed_by = %(by)s, claimed_at = %(now)s,
    attempts = attempts + 1
WHERE id = (
    SELECT id FROM notifications
    WHERE state = 'QUEUED' AND channel = ANY (%(channels)s) AND lane = 2 AND due_at <= %(now)s
    ORDER BY urgency, due_at, id
    LIMIT 1
    FOR UPDATE SKIP LOCKED)
RETURNING *

-- name: hold_meter
-- No row: another engine is just using the metered sender.
SELECT free_at FROM meters WHERE lane = 2 FOR UPDATE SKIP LOCKED

-- name: await_meter
-- For who does not step back: it is held for the time of a claim only.
SELECT free_at FROM meters WHERE lane = 2 FOR UPDATE

-- name: run_meter
UPDATE meters SET free_at = GREATEST(free_at, %(now)s) + %(seconds)s * interval '1 second'
WHERE lane = 2

-- name: meter_free_at
SELECT free_at FROM meters WHERE lane = 2

-- name: take_bundle
-- What waits for the same person on the same channel becomes part of this message.
UPDATE notifications SET state = 'CANCELLED', finished_at = %(now)s, bundled_into = %(id)s
WHERE id IN (
    SELECT id FROM notifications
    WHERE state = 'QUEUED' AND bundle AND person_id = %(person_id)s AND channel = %(channel)s
        AND address = %(address)s AND lane = %(lane)s AND id <> %(id)s
    ORDER BY id
    FOR UPDATE SKIP LOCKED)
RETURNING *

-- name: set_body
UPDATE notifications SET body = %(body)s, spoken = %(spoken)s WHERE id = %(id)s RETURNING *

-- name: bundles_due
-- When the message leaves that a new one may join.
SELECT person_id, channel, min(due_at) FROM notifications
WHERE state = 'QUEUED' AND bundle AND person_id = ANY (%(people)s)
GROUP BY person_id, channel

-- name: of_chain
SELECT * FROM notifications WHERE chain = %(chain)s ORDER BY id

-- name: cancel_chain
-- Somebody has answered on one channel: what still waits on another need not be sent.
UPDATE notifications SET state = 'CANCELLED', finished_at = %(now)s
WHERE chain = %(chain)s AND chain <> '' AND state = 'QUEUED'
RETURNING *

-- name: claim_abandoned
-- One whose sender died or hangs between claim and record; it may or may not have been sent.
UPDATE notifications SET claimed_by = %(by)s, claimed_at = %(now)s, attempts = attempts + 1
WHERE id = (
    SELECT id FROM notifications
    WHERE state = 'SENDING' AND channel = ANY (%(channels)s) AND claimed_at <= %(before)s
    ORDER BY claimed_at
    LIMIT 1
    FOR UPDATE SKIP LOCKED)
RETURNING *

-- name: oldest_claim
SELECT min(claimed_at) FROM notifications
WHERE state = 'SENDING' AND channel = ANY (%(channels)s)

-- name: record_sent
-- Only by the holder of the claim; a callback may have been faster than we are. What waited for its
-- carrier may carry the id of a sending that came to nothing.
UPDATE notifications SET
    state = CASE WHEN state = 'SENDING' THEN 'SENT' ELSE state END,
    provider_rank = CASE WHEN (carrier IN (%(carrier)s, '') OR %(carrier)s = '')
            AND (fault IS NULL OR provider_id = %(provider_id)s) THEN provider_rank
        ELSE 0 END,
    provider_id = %(provider_id)s, sent_at = COALESCE(sent_at, %(now)s), error_code = NULL,
    fault = NULL, carrier = CASE WHEN %(carrier)s = '' THEN carrier ELSE %(carrier)s END
WHERE id = %(id)s AND claimed_by = %(by)s AND state IN ('SENDING', 'SENT', 'DELIVERED')
RETURNING *

-- name: record_failed
-- Only by the holder of the claim: who lost it knows nothing any more.
UPDATE notifications SET state = 'FAILED', error_code = %(error_code)s, finished_at = %(now)s,
    tried_at = CASE WHEN in_doubt THEN tried_at END
WHERE id = %(id)s AND claimed_by = %(by)s AND state = 'SENDING'
RETURNING *

-- name: record_retry
UPDATE notifications SET state = 'QUEUED', due_at = %(due_at)s, error_code = %(error_code)s,
    in_doubt = in_doubt OR %(in_doubt)s, carrier = COALESCE(%(carrier)s, carrier),
    tried_at = CASE WHEN in_doubt OR %(in_doubt)s THEN tried_at END
WHERE id = %(id)s AND claimed_by = %(by)s AND state = 'SENDING'
RETURNING *

-- name: get
SELECT * FROM notifications WHERE id = %(id)s

-- name: by_provider_id
-- '': a process of the version before has sent it.
SELECT * FROM notifications WHERE provider_id = %(provider_id)s AND carrier IN (%(carrier)s, '')
ORDER BY carrier DESC LIMIT 1
FOR NO KEY UPDATE

-- name: callback
-- Callbacks come in any order and more than once: only a higher rank changes anything.
UPDATE notifications SET
    state = %(state)s,
    carrier = %(carrier)s,
    provider_id = %(provider_id)s,
    provider_rank = %(rank)s,
    error_code = CASE WHEN %(state)s = 'DELIVERED' THEN NULL
        ELSE COALESCE(%(error_code)s, error_code) END,
    sent_at = COALESCE(sent_at, %(now)s),
    finished_at = CASE WHEN %(state)s IN ('DELIVERED', 'FAILED')
        THEN %(now)s ELSE finished_at END
WHERE id = %(id)s AND provider_rank < %(rank)s AND state <> 'CANCELLED'
RETURNING *

-- name: of_alarm
SELECT * FROM notifications WHERE alarm_id = %(alarm_id)s ORDER BY id

-- name: next_due
SELECT min(due_at) FROM notifications
WHERE state = 'QUEUED' AND channel = ANY (%(channels)s) AND lane = %(lane)s

-- name: known_provider_ids
SELECT provider_id FROM notifications
WHERE provider_id = ANY (%(ids)s) AND carrier IN (%(carrier)s, '')

-- name: unfinished
-- What left by the carrier on the channel and whose end it has not told.
SELECT * FROM notifications
WHERE state = 'SENT' AND carrier = %(carrier)s AND channel = %(channel)s
    AND provider_id IS NOT NULL
    AND sent_at >= %(since)s AND sent_at <= %(before)s
ORDER BY sent_at

-- name: known_inbound
SELECT provider_id FROM inbound_messages WHERE provider_id = ANY (%(ids)s)

-- name: opted_since
-- Whether the number has stopped or started again after that moment.
SELECT EXISTS (SELECT FROM inbound_messages
    WHERE address = %(address)s AND understood IN ('stop', 'start') AND received_at > %(at)s)

-- name: wrote_since
-- Whether the person, or somebody with the number, has written about the alarm or its home, or
-- nobody knows about what, or has talked with the centre. Not STOP and START, which are about our
-- texts, and not what a telephone answers by itself.
SELECT EXISTS (SELECT FROM inbound_messages i LEFT JOIN alarms about ON about.id = i.alarm_id
    JOIN alarms mine ON mine.id = %(alarm_id)s
    WHERE (i.address = %(address)s OR i.person_id = %(person_id)s) AND i.received_at >= %(since)s
        AND i.understood NOT IN ('stop', 'start') AND NOT i.automatic
        AND (about.id IS NULL OR about.id = mine.id OR about.home_id = mine.home_id))
    OR EXISTS (SELECT FROM centre_calls c
        WHERE c.phone = %(address)s AND c.came_at >= %(since)s AND c.taken_at IS NOT NULL)

-- name: others_being_sent
-- Of two that look for what may be theirs the older goes first.
SELECT EXISTS (SELECT FROM notifications
    WHERE state = 'SENDING' AND channel = %(channel)s AND address = %(address)s
        AND id <> %(id)s AND (NOT in_doubt OR id < %(id)s))

-- name: add_inbound
-- No row: the carrier repeats itself.
INSERT INTO inbound_messages (provider_id, received_at, address, person_id, alarm_id, understood, body,
    automatic)
VALUES (%(provider_id)s, %(now)s, %(address)s, %(person_id)s, %(alarm_id)s, %(understood)s, %(body)s,
    %(automatic)s)
ON CONFLICT (provider_id) DO NOTHING
RETURNING id

-- name: set_carrier
-- Before it is asked, so that whoever takes the message over knows where to look for it.
UPDATE notifications SET carrier = %(carrier)s, in_doubt = in_doubt AND carrier = %(carrier)s,
    tried_at = %(now)s
WHERE id = %(id)s AND claimed_by = %(by)s AND state = 'SENDING'
RETURNING *
