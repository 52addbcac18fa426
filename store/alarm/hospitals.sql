-- To which hospital somebody was taken, as it was written down when an alarm was closed.

-- name: keep
INSERT INTO alarm_hospitals (alarm_id, name) VALUES (%(alarm_id)s, %(name)s)
ON CONFLICT (alarm_id) DO UPDATE SET name = EXCLUDED.name

-- name: of_alarm
SELECT name FROM alarm_hospitals WHERE alarm_id = %(alarm_id)s
