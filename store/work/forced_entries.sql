-- Doors that were forced in an alarm.

-- name: decide
-- No row: one of this alarm is open already.
INSERT INTO forced_entries (alarm_id, decided_by, decided_at, consent_id, police_present,
    life_in_danger, police, reason, locksmith, locksmith_phone, task_id)
VALUES (%(alarm_id)s, %(by)s, %(now)s, %(consent_id)s, %(police_present)s, %(life_in_danger)s,
    %(police)s, %(reason)s, %(locksmith)s, %(locksmith_phone)s, %(task_id)s)
ON CONFLICT (alarm_id) WHERE secured_at IS NULL AND called_off_at IS NULL DO NOTHING
RETURNING id

-- name: of_alarm
SELECT f.id, f.alarm_id, f.decided_at, d.name AS decided_by, f.consent_id, f.police_present,
    f.life_in_danger, f.police, f.reason, f.locksmith, f.locksmith_phone, f.entered_at,
    f.called_off_at, f.secured_at, s.name AS secured_by, f.secured_how, f.task_id,
    t.due_at AS secure_by
FROM forced_entries f
JOIN users u ON u.id = f.decided_by JOIN people d ON d.id = u.person_id
LEFT JOIN users v ON v.id = f.secured_by LEFT JOIN people s ON s.id = v.person_id
LEFT JOIN tasks t ON t.id = f.task_id
WHERE f.alarm_id = %(alarm_id)s
ORDER BY f.id

-- name: open_of_task
-- The alarm and the entry whose door a task is to secure.
SELECT alarm_id, id FROM forced_entries
WHERE task_id = %(task_id)s AND secured_at IS NULL AND called_off_at IS NULL

-- name: enter
UPDATE forced_entries SET entered_at = %(at)s WHERE id = %(id)s

-- name: call_off
UPDATE forced_entries SET called_off_at = %(now)s WHERE id = %(id)s

-- name: secure
UPDATE forced_entries SET secured_at = %(at)s, secured_by = %(by)s, secured_how = %(how)s
WHERE id = %(id)s
