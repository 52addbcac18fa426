-- Topics of homes that no format reads.

-- name: note
-- What was gathered of several homes; those that do not exist are left out.
INSERT INTO unread_topics AS u (home_id, topic, why, excerpt, first_at, last_at, messages)
SELECT h.id, n.topic, n.why, n.excerpt, n.first_at, n.last_at, n.messages
FROM unnest(%(homes)s::text[], %(topics)s::text[], %(whys)s::text[], %(excerpts)s::text[],
    %(firsts)s::timestamptz[], %(lasts)s::timestamptz[], %(messages)s::bigint[])
    AS n (home, topic, why, excerpt, first_at, last_at, messages)
JOIN homes h ON h.code = n.home
ON CONFLICT (home_id, topic) DO UPDATE SET why = EXCLUDED.why, excerpt = EXCLUDED.excerpt,
    last_at = greatest(u.last_at, EXCLUDED.last_at), messages = u.messages + EXCLUDED.messages

-- name: trim
-- Keep the `most` of each of these homes: those that come again before those that came once.
DELETE FROM unread_topics u USING (
    SELECT t.home_id, t.topic, row_number() OVER (
        PARTITION BY t.home_id ORDER BY t.messages > 1 DESC, t.last_at DESC, t.topic) AS place
    FROM unread_topics t JOIN homes h ON h.id = t.home_id WHERE h.code = ANY (%(homes)s)
) o
WHERE u.home_id = o.home_id AND u.topic = o.topic AND o.place > %(most)s

-- name: forget
-- Topics that are read by now.
DELETE FROM unread_topics u USING homes h, unnest(%(homes)s::text[], %(topics)s::text[])
    AS n (home, topic)
WHERE h.code = n.home AND u.home_id = h.id AND u.topic = n.topic

-- name: listed
SELECT h.code, u.topic FROM unread_topics u JOIN homes h ON h.id = u.home_id LIMIT %(limit)s

-- name: of_home
SELECT u.topic, u.why, u.excerpt, u.first_at, u.last_at, u.messages FROM unread_topics u
WHERE u.home_id = %(home)s ORDER BY u.last_at DESC, u.topic

-- name: by_home
-- The homes with most first.
SELECT h.code AS home, count(*) AS topics, min(u.topic) AS example, max(u.last_at) AS last_at
FROM unread_topics u JOIN homes h ON h.id = u.home_id
GROUP BY h.code ORDER BY topics DESC, h.code

-- name: remove
DELETE FROM unread_topics WHERE last_at < %(before)s
