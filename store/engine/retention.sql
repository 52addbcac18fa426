-- What is removed when it is old. Each statement looks at the next rows in the order of their ids, and
-- says the last of them that was old a while ago: the next run begins behind it. Rows of about the same
-- time may be out of order; one with a wrong time stops nothing.

-- name: progress
SELECT upto, done_at FROM retention WHERE what = %(what)s

-- name: advance
INSERT INTO retention (what, upto, done_at) VALUES (%(what)s, %(upto)s, %(now)s)
ON CONFLICT (what) DO UPDATE SET upto = EXCLUDED.upto, done_at = EXCLUDED.done_at

-- name: clear_door_codes
-- Texts with the way into a home, sent or given up.
UPDATE notifications SET body = '', spoken = '', fields = '{}'
WHERE id IN (
    SELECT id FROM notifications
    WHERE purpose = 'access' AND (body <> '' OR spoken <> '') AND created_at < %(before)s
        AND state NOT IN ('QUEUED', 'SENDING')
    ORDER BY created_at LIMIT %(most)s)

-- name: clear_texts_out
-- That the message was sent stays.
WITH next AS (
    SELECT id, created_at AS at FROM notifications WHERE id > %(after)s ORDER BY id LIMIT %(most)s
), old AS (
    SELECT id FROM next WHERE at < %(before)s
), cleared AS (
    UPDATE notifications n SET body = '', spoken = '', fields = '{}'
    FROM old WHERE n.id = old.id AND n.state NOT IN ('QUEUED', 'SENDING')
        AND (n.body <> '' OR n.spoken <> '' OR n.fields <> '{}')
)
SELECT max(id) FROM next WHERE at < %(passed)s

-- name: clear_texts_in
WITH next AS (
    SELECT id, received_at AS at FROM inbound_messages
    WHERE id > %(after)s ORDER BY id LIMIT %(most)s
), old AS (
    SELECT id FROM next WHERE at < %(before)s
), cleared AS (
    UPDATE inbound_messages m SET body = '' FROM old WHERE m.id = old.id AND m.body <> ''
)
SELECT max(id) FROM next WHERE at < %(passed)s

-- name: remove_messages_out
-- Messages that were joined into one, and calls of a talk, outlive it by nothing that matters.
WITH next AS (
    SELECT id, created_at AS at FROM notifications WHERE id > %(after)s ORDER BY id LIMIT %(most)s
), old AS (
    SELECT id FROM next WHERE at < %(before)s
), done AS (
    SELECT n.id FROM old JOIN notifications n USING (id) WHERE n.state NOT IN ('QUEUED', 'SENDING')
), parted AS (
    UPDATE notifications n SET bundled_into = NULL FROM done
    WHERE n.bundled_into = done.id AND n.id NOT IN (SELECT id FROM done)
), hung_up AS (
    UPDATE conversation_legs l SET notification_id = NULL FROM done
    WHERE l.notification_id = done.id
), gone AS (
    DELETE FROM notifications n USING done WHERE n.id = done.id
)
SELECT max(id) FROM next WHERE at < %(passed)s

-- name: remove_messages_in
WITH next AS (
    SELECT id, received_at AS at FROM inbound_messages
    WHERE id > %(after)s ORDER BY id LIMIT %(most)s
), old AS (
    SELECT id FROM next WHERE at < %(before)s
), gone AS (
    DELETE FROM inbound_messages m USING old WHERE m.id = old.id
)
SELECT max(id) FROM next WHERE at < %(passed)s

-- name: remove_signals
-- What an open alarm stands on stays.
WITH next AS (
    SELECT id, received_at AS at FROM signals WHERE id > %(after)s ORDER BY id LIMIT %(most)s
), old AS (
    SELECT id FROM next WHERE at < %(before)s
), gone AS (
    DELETE FROM signals s USING old
    WHERE s.id = old.id AND NOT EXISTS (
        SELECT FROM alarms a WHERE a.id = s.alarm_id AND a.state <> 'CLOSED')
)
SELECT max(id) FROM next WHERE at < %(passed)s

-- name: remove_access_views
-- By the owner's function: nobody else may.
SELECT remove_access_views(%(after)s, %(before)s, %(passed)s, %(most)s)

-- name: remove_heartbeats
-- Of processes that were renamed or taken away.
DELETE FROM heartbeats WHERE at < %(before)s
