-- What the life in a home looks like, and when a rule has to look at it next.
--
-- The first part of a row is written by ingest, with what the home's sensors report; the second by
-- the engine. `due_at` is moved by ingest to the moment when something has begun or ended that a
-- limit hangs on, and by the engine to the next limit; a sign of life alone never moves it, so that
-- most writes touch no index.

CREATE TABLE home_rhythm (
    home_id     bigint PRIMARY KEY REFERENCES homes,
    life_at     timestamptz,                     -- last sign of life that another one confirms
    life_device integer,
    hit_at      timestamptz,                     -- last one, confirmed or not
    hit_device  integer,
    other_at    timestamptz,                     -- last one by another sensor than hit_device
    passage_at  timestamptz,                     -- entrance last opened or closed
    opened_at   timestamptz,                     -- entrance last opened
    bed_left_at timestamptz,                     -- null: somebody is in bed, or none was ever felt
    bath_since  timestamptz,                     -- first and last sign of the stay in the bathroom
    bath_at     timestamptz,
    said        jsonb NOT NULL DEFAULT '[]',     -- [[device, metric, value, since, ends], …]

    due_at      timestamptz NOT NULL,
    cold_since  timestamptz,                     -- every room is below the limit
    frost_since timestamptz,
    heat_since  timestamptz,
    raised      jsonb NOT NULL DEFAULT '{}'      -- {"inactivity": {"alarm": 12, "how": "home"}}
) WITH (fillfactor = 80);
CREATE INDEX home_rhythm_due ON home_rhythm (due_at);

-- What people have set for a home; what is not in it is the default.
CREATE TABLE home_rules (
    home_id    bigint PRIMARY KEY REFERENCES homes,
    rules      jsonb NOT NULL,                   -- {"inactivity": {"day_hours": 4}, …}
    changed_at timestamptz NOT NULL,
    changed_by bigint REFERENCES users
);

-- Whether the centre hears the homes: silence means nothing while it does not.
CREATE TABLE listening (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    heard_at timestamptz NOT NULL,               -- ingest was last up to date with the broker
    since    timestamptz NOT NULL                -- without a break since then
);
