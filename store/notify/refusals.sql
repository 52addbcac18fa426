-- Messages that a carrier refuses without being at fault themselves, and how the carriers are.

-- name: record_refused
-- Only by the holder of the claim. It has not left: how far an earlier sending came is kept, so
-- that what is still reported of that one changes nothing.
UPDATE notifications SET state = 'QUEUED', due_at = %(due_at)s, error_code = %(error_code)s,
    fault = %(fault)s, refusals = refusals + 1, refused_at = COALESCE(refused_at, %(now)s),
    in_doubt = in_doubt OR %(in_doubt)s, carrier = %(carrier)s,
    tried_at = CASE WHEN in_doubt OR %(in_doubt)s THEN tried_at END
WHERE id = %(id)s AND claimed_by = %(by)s AND state = 'SENDING'
RETURNING *

-- name: take_back
-- The carrier had taken it and reports that our account is at fault.
UPDATE notifications SET state = 'QUEUED', due_at = %(due_at)s, error_code = %(error_code)s,
    fault = %(fault)s, refusals = refusals + 1, refused_at = COALESCE(refused_at, %(now)s),
    provider_id = %(provider_id)s, provider_rank = %(rank)s, sent_at = NULL, carrier = %(carrier)s
WHERE id = %(id)s AND state IN ('SENDING', 'SENT')
    AND (provider_rank < %(rank)s OR fault IS NOT NULL AND provider_id <> %(provider_id)s)
RETURNING *

-- name: carrier_refused
-- `since` is when the first of those in a row was asked for, not when it was given up.
INSERT INTO carrier_channels AS c
    (carrier, channel, refusals, since, tried_at, not_before, fault, error_code, reported)
VALUES (%(carrier)s, %(channel)s, 1, %(asked_at)s, %(now)s, %(not_before)s, %(fault)s,
    %(error_code)s, %(reported)s)
ON CONFLICT (carrier, channel) DO UPDATE SET
    refusals = c.refusals + 1,
    since = CASE WHEN c.refusals = 0 THEN EXCLUDED.since ELSE c.since END,
    tried_at = EXCLUDED.tried_at, not_before = EXCLUDED.not_before, fault = EXCLUDED.fault,
    error_code = EXCLUDED.error_code, reported = EXCLUDED.reported
RETURNING well_at

-- name: carrier_accepted
-- A row: it had refused so often. What it fails later, it takes meanwhile: there only a report that
-- a message went on counts.
WITH before AS (
    SELECT carrier, channel, refusals FROM carrier_channels
    WHERE carrier = %(carrier)s AND channel = %(channel)s AND refusals > 0
        AND (%(carried)s OR NOT reported)
    FOR UPDATE)
UPDATE carrier_channels h SET refusals = 0, reported = false,
    well_at = CASE WHEN b.refusals >= %(in_a_row)s THEN %(now)s ELSE h.well_at END
FROM before b
WHERE h.carrier = b.carrier AND h.channel = b.channel
RETURNING b.refusals

-- name: release
-- The carrier is well again: what waited because of it is due now, and is as if it had been refused
-- once. Refusals are no tries: the number of those stays as it was.
UPDATE notifications SET due_at = %(now)s,
    attempts = attempts - GREATEST(refusals - 1, 0), refusals = LEAST(refusals, 1)
WHERE id IN (
    SELECT id FROM notifications
    WHERE state = 'QUEUED' AND fault IS NOT NULL AND carrier = %(carrier)s
        AND channel = %(channel)s AND due_at > %(now)s
    FOR UPDATE SKIP LOCKED)
RETURNING id, lane

-- name: claim_probe
-- The most urgent of what waits for its carrier, though it is not due, where none was tried of late.
UPDATE notifications SET state = 'SENDING', claimed_by = %(by)s, claimed_at = %(now)s,
    attempts = attempts + 1
WHERE id = (
    SELECT n.id FROM notifications n JOIN carrier_channels h USING (carrier, channel)
    WHERE n.state = 'QUEUED' AND n.fault IS NOT NULL AND n.channel = ANY (%(channels)s)
        AND h.refusals >= %(refusals)s AND h.tried_at <= %(tried_before)s
        AND h.not_before <= %(now)s
    ORDER BY n.lane <> 1, n.urgency, n.claimed_at
    LIMIT 1
    FOR UPDATE OF n SKIP LOCKED)
RETURNING *

-- name: next_probe
SELECT min(GREATEST(tried_at + %(every)s * interval '1 second', not_before))
FROM carrier_channels h
WHERE channel = ANY (%(channels)s) AND refusals >= %(refusals)s
    AND EXISTS (SELECT FROM notifications n
        WHERE n.state = 'QUEUED' AND n.fault IS NOT NULL AND n.carrier = h.carrier
            AND n.channel = h.channel)

-- name: health
SELECT carrier, refusals, since, tried_at FROM carrier_channels WHERE channel = %(channel)s
