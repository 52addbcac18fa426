-- What an alarm has been stated since its last line about that: one row for each device, until an
-- engine writes the line. Rows come and go within minutes.
CREATE TABLE repeat_counts (
    alarm_id  bigint NOT NULL REFERENCES alarms,
    device_id integer REFERENCES devices,    -- null: no single device's
    times     integer NOT NULL,
    clears    integer NOT NULL,                  -- how often it was taken back in between
    first_at  timestamptz NOT NULL,              -- when the centre knew
    last_at   timestamptz NOT NULL,
    UNIQUE NULLS NOT DISTINCT (alarm_id, device_id)
) WITH (fillfactor = 50);                        -- each repeat rewrites its row in place

-- Since when a device is known to state the alarm and take it back without end; null: it does not.
ALTER TABLE alarms ADD COLUMN flapping_at timestamptz;
