-- Devices in the formats of others whose topics the urgent lane listens to as well, and how far the
-- hand-over between the lanes has come.
CREATE TABLE urgent_devices (
    device_id  integer PRIMARY KEY REFERENCES devices ON DELETE CASCADE,
    filters    text[] NOT NULL,                  -- MQTT filters, whole
    token      text NOT NULL,                    -- of this subscription; marks in the stream name it
    subscribed boolean NOT NULL DEFAULT false,   -- the broker has confirmed the filters
    alone      boolean NOT NULL DEFAULT false,   -- the bulk lane has passed the mark: it leaves what
                                                 -- matches the filters to the urgent lane
    left_at    timestamptz                       -- not wanted any more since
);

-- What the urgent lane has decided while the bulk lane still decides as well: its copies there are
-- not counted once more.
CREATE TABLE urgent_copies (
    device_id integer NOT NULL REFERENCES devices ON DELETE CASCADE,
    token     text NOT NULL,
    digest    bytea NOT NULL,
    copies    integer NOT NULL,
    PRIMARY KEY (device_id, token, digest)
);
