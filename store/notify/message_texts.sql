-- What messages say, in versions, and which of them is in force.

-- name: one_at_a_time
SELECT pg_advisory_xact_lock(hashtextextended('message_texts', 7))

-- name: newest
-- The version in force of each message, with who chose it (null: the product).
SELECT DISTINCT ON (t.name, t.language) t.id, t.name, t.language, t.version, t.body,
    t.template_code, t.created_at, t.created_by, c.at AS chosen_at, c.by_user AS chosen_by,
    true AS in_force
FROM message_text_choices c JOIN message_texts t ON t.id = c.text_id
ORDER BY t.name, t.language, c.id DESC

-- name: chosen
-- What people have chosen: all that a process needs to know.
SELECT name, language, body, template_code
FROM (
    SELECT DISTINCT ON (t.name, t.language) t.name, t.language, t.body, t.template_code, c.by_user
    FROM message_text_choices c JOIN message_texts t ON t.id = c.text_id
    ORDER BY t.name, t.language, c.id DESC
) in_force
WHERE by_user IS NOT NULL

-- name: chosen_one
SELECT name, language, body, template_code
FROM (
    SELECT t.name, t.language, t.body, t.template_code, c.by_user
    FROM message_text_choices c JOIN message_texts t ON t.id = c.text_id
    WHERE t.name = %(name)s AND t.language = %(language)s
    ORDER BY c.id DESC LIMIT 1
) in_force
WHERE by_user IS NOT NULL

-- name: versions
SELECT t.id, t.name, t.language, t.version, t.body, t.template_code, t.created_at, t.created_by,
    last.at AS chosen_at, last.by_user AS chosen_by,
    last.id IS NOT NULL AND last.id = max(last.id) OVER () AS in_force
FROM message_texts t
LEFT JOIN LATERAL (
    SELECT c.id, c.at, c.by_user FROM message_text_choices c
    WHERE c.text_id = t.id ORDER BY c.id DESC LIMIT 1
) last ON true
WHERE t.name = %(name)s AND t.language = %(language)s
ORDER BY t.version DESC

-- name: add
INSERT INTO message_texts (name, language, version, body, template_code, created_at, created_by)
SELECT %(name)s, %(language)s, COALESCE(max(version), 0) + 1, %(body)s, %(template_code)s, %(now)s,
    %(by)s
FROM message_texts WHERE name = %(name)s AND language = %(language)s
RETURNING id, version

-- name: choose
INSERT INTO message_text_choices (text_id, at, by_user) VALUES (%(text_id)s, %(now)s, %(by)s)

-- name: of_product
SELECT DISTINCT ON (name, language) name, language, body, template_code
FROM message_texts WHERE created_by IS NULL
ORDER BY name, language, version DESC
