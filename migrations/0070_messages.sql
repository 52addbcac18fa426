-- What people wrote that no rule understood waits for a person to read it.
ALTER TABLE inbound_messages
    ADD COLUMN for_desk boolean NOT NULL DEFAULT false,
    ADD COLUMN read_at  timestamptz,
    ADD COLUMN read_by  bigint REFERENCES users;
UPDATE inbound_messages SET for_desk = true WHERE understood = 'text';
CREATE INDEX inbound_messages_desk ON inbound_messages (id) WHERE for_desk;
CREATE INDEX inbound_messages_alarm ON inbound_messages (alarm_id) WHERE alarm_id IS NOT NULL;

-- One thread a person, both directions.
CREATE INDEX notifications_person ON notifications (person_id, created_at)
    WHERE person_id IS NOT NULL;
