-- What the wire formats of the homes need: what was learned to read them with, what was said last.

-- One row a description (a device's exposes, a discovery config): folded, they give the knowledge
-- of a home again, on any process.
CREATE TABLE learned (
    home_id    bigint NOT NULL REFERENCES homes,
    dialect    text NOT NULL,
    key        text NOT NULL CHECK (length(key) <= 500),
    doc        jsonb NOT NULL,
    learned_at timestamptz NOT NULL,
    PRIMARY KEY (home_id, dialect, key)
);

-- Goes up whenever something changes that ingest keeps in memory of a home. No row: 0.
CREATE TABLE home_versions (
    home_id bigint PRIMARY KEY REFERENCES homes,
    version bigint NOT NULL
);

-- The last statement of a device, by kind and part: tells a new occurrence from a repeat.
CREATE TABLE device_states (
    device_id integer NOT NULL REFERENCES devices ON DELETE CASCADE,
    kind      text NOT NULL,
    part      text NOT NULL CHECK (length(part) <= 140),
    active    boolean NOT NULL,
    mark      text,
    at        timestamptz NOT NULL,
    PRIMARY KEY (device_id, kind, part)
);

-- LoRaWAN servers know no homes: a device's name in their topics leads to it.
CREATE TABLE lorawan_devices (
    dialect    text NOT NULL CHECK (dialect IN ('chirpstack', 'ttn')),
    network_id text NOT NULL,                    -- ChirpStack: device EUI; TTN: application/device
    device_id  integer NOT NULL REFERENCES devices ON DELETE CASCADE,
    PRIMARY KEY (dialect, network_id)
);
CREATE INDEX lorawan_devices_device ON lorawan_devices (device_id);

ALTER TABLE devices
    ADD COLUMN uid           text NOT NULL DEFAULT '',   -- the maker's address
    ADD COLUMN vendor        text NOT NULL DEFAULT '',
    ADD COLUMN description   text NOT NULL DEFAULT '',
    ADD COLUMN suggests      text NOT NULL DEFAULT '',   -- a role to propose
    ADD COLUMN actions       text[] NOT NULL DEFAULT '{}', -- presses it says it knows
    ADD COLUMN call_actions  text[],                     -- presses that call; null: by the role
    ADD COLUMN last_press    text NOT NULL DEFAULT '',   -- of those that call nobody
    ADD COLUMN last_press_at timestamptz;

CREATE FUNCTION bump_home_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO home_versions (home_id, version) VALUES (OLD.home_id, 1)
    ON CONFLICT (home_id) DO UPDATE SET version = home_versions.version + 1;
    RETURN NULL;
END $$;
CREATE TRIGGER devices_settings AFTER UPDATE OF role, call_actions ON devices FOR EACH ROW
    WHEN (OLD.role IS DISTINCT FROM NEW.role OR OLD.call_actions IS DISTINCT FROM NEW.call_actions)
    EXECUTE FUNCTION bump_home_version();
CREATE TRIGGER devices_removed AFTER DELETE ON devices FOR EACH ROW
    EXECUTE FUNCTION bump_home_version();
