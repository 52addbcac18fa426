-- Who has fallen silent, whose battery is low, and when to look again.
--
-- `check_at` is when supervision must look at a row next; a pass touches only what is due. What is
-- down and has its alarm is not looked at again until it is heard, so it leaves the index.

ALTER TABLE hubs
    ADD COLUMN report_seconds integer NOT NULL DEFAULT 900
        CHECK (report_seconds BETWEEN 10 AND 604800),            -- it reports at least so often
    ADD COLUMN down_since timestamptz,                           -- null: as far as we know it works
    ADD COLUMN back_at timestamptz,                              -- when it last came back
    ADD COLUMN check_at timestamptz NOT NULL DEFAULT '2000-01-01T00:00:00Z',
    ADD COLUMN alarm_id bigint REFERENCES alarms;                -- of the present silence
CREATE INDEX hubs_check ON hubs (check_at) WHERE revoked_at IS NULL AND alarm_id IS NULL;
CREATE INDEX hubs_down ON hubs (home_id) WHERE down_since IS NOT NULL;

ALTER TABLE devices
    ADD COLUMN report_seconds integer NOT NULL DEFAULT 43200
        CHECK (report_seconds BETWEEN 0 AND 2592000),            -- 0: never expected to report
    ADD COLUMN offline_at timestamptz,                           -- when it was last said to be offline
    ADD COLUMN down_since timestamptz,
    ADD COLUMN check_at timestamptz NOT NULL DEFAULT '2000-01-01T00:00:00Z',
    ADD COLUMN alarm_id bigint REFERENCES alarms,                -- of the present silence
    ADD COLUMN battery real,                                     -- %, the newest reading
    ADD COLUMN battery_at timestamptz,
    ADD COLUMN battery_low real NOT NULL DEFAULT 15
        CHECK (battery_low BETWEEN 0 AND 100),                   -- %, below it is low
    ADD COLUMN low_since timestamptz;                            -- by its readings
CREATE INDEX devices_check ON devices (check_at);
CREATE INDEX devices_down ON devices (home_id) WHERE down_since IS NOT NULL;

-- Hiding a life-safety alarm takes two: who asked, until the other one agrees.
ALTER TABLE alarms
    ADD COLUMN shelve_asked_by bigint REFERENCES users,
    ADD COLUMN shelve_asked_until timestamptz;
CREATE INDEX alarms_children ON alarms (inhibited_by) WHERE inhibited_by IS NOT NULL;
CREATE INDEX alarms_linked ON alarms (linked_to) WHERE linked_to IS NOT NULL;
CREATE INDEX alarms_open_outages ON alarms (area_id)
    WHERE kind = 'area_outage' AND state <> 'CLOSED';

-- Technical alarms stand on the console, and call it again as long as nobody takes them: a fault
-- on a life-safety device is to be dealt with within two hours. No family is told of a battery.
INSERT INTO plans (code, version, kind, steps, cycles, created_at)
SELECT 'technical-' || kind, 1, kind, '[{"after_seconds": 7200, "target": "console"}]', 2,
    '2000-01-01T00:00:00Z'
FROM unnest(ARRAY['hub_offline', 'device_offline', 'low_battery', 'tamper', 'power_failure',
    'device_fault', 'area_outage']) AS kind;
