-- name: add
INSERT INTO dead_letters (received_at, topic, payload, payload_size, reason)
VALUES (%(received_at)s, %(topic)s, %(payload)s, %(payload_size)s, %(reason)s)
RETURNING id

-- name: newest
SELECT * FROM dead_letters ORDER BY id DESC LIMIT %(limit)s

-- name: remove
DELETE FROM dead_letters WHERE received_at < %(before)s
