-- Whether ingest is up to date with the broker.

-- name: state
SELECT heard_at, since FROM listening

-- name: note
INSERT INTO listening (heard_at, since) VALUES (%(now)s, %(now)s)
ON CONFLICT (one) DO UPDATE SET heard_at = EXCLUDED.heard_at,
    since = CASE WHEN %(anew)s THEN EXCLUDED.since ELSE listening.since END
