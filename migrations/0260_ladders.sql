-- Ladders that climb, per kind of danger: the home's loudspeaker, its people, the grid's responder,
-- those around it and the community, the station, and the supervisor by telephone. And ladders of
-- their own for what endangers nobody: a plan for any kind is for dangers only.
--
-- What came with the product is retired and followed by its next version; a plan that a centre has
-- written in the meantime stays, and nothing more particular is put before it.

WITH old AS (
    UPDATE plans SET retired_at = '2000-01-02T00:00:00Z'
    WHERE code = 'default' AND version = 1 AND retired_at IS NULL
    RETURNING cycles
)
INSERT INTO plans (code, version, steps, cycles, created_at)
SELECT 'default', 2, '[
    {"after_seconds": 0,  "target": "home"},
    {"after_seconds": 0,  "target": "contact", "position": 1},
    {"after_seconds": 60, "target": "grid_responder"},
    {"after_seconds": 60, "target": "contact", "position": 2},
    {"after_seconds": 60, "target": "contact", "position": 3},
    {"after_seconds": 0,  "target": "neighbours"},
    {"after_seconds": 30, "target": "community"},
    {"after_seconds": 30, "target": "station"},
    {"after_seconds": 60, "target": "supervisor", "by": "voice"},
    {"after_seconds": 60, "target": "console"},
    {"after_seconds": 60, "target": "contacts"}]', cycles, '2000-01-02T00:00:00Z'
FROM old;

-- Fire, gas, carbon monoxide: everybody within the first minutes.
INSERT INTO plans (code, version, kind, steps, cycles, created_at)
SELECT 'danger-' || k.kind, 1, k.kind, '[
    {"after_seconds": 0,  "target": "home"},
    {"after_seconds": 0,  "target": "contacts"},
    {"after_seconds": 15, "target": "grid_responder"},
    {"after_seconds": 15, "target": "community"},
    {"after_seconds": 15, "target": "neighbours"},
    {"after_seconds": 15, "target": "station"},
    {"after_seconds": 60, "target": "supervisor", "by": "voice"},
    {"after_seconds": 60, "target": "console"}]', 2, '2000-01-02T00:00:00Z'
FROM unnest(ARRAY['smoke', 'gas_leak', 'carbon_monoxide']) AS k (kind)
WHERE NOT EXISTS (SELECT FROM plans p
        WHERE p.kind = k.kind AND p.home_id IS NULL AND p.retired_at IS NULL)
    AND EXISTS (SELECT FROM plans p
        WHERE p.code = 'default' AND p.version = 2 AND p.retired_at IS NULL AND p.created_by IS NULL)
ON CONFLICT (code, version) DO NOTHING;

-- Water: the property's staff shut the main.
INSERT INTO plans (code, version, kind, steps, cycles, created_at)
SELECT 'danger-water_leak', 1, 'water_leak', '[
    {"after_seconds": 0,  "target": "home"},
    {"after_seconds": 0,  "target": "contact", "position": 1},
    {"after_seconds": 30, "target": "grid_responder", "kind": "property"},
    {"after_seconds": 60, "target": "grid_responder"},
    {"after_seconds": 30, "target": "contact", "position": 2},
    {"after_seconds": 60, "target": "contact", "position": 3},
    {"after_seconds": 0,  "target": "neighbours"},
    {"after_seconds": 30, "target": "community"},
    {"after_seconds": 30, "target": "station"},
    {"after_seconds": 60, "target": "supervisor", "by": "voice"},
    {"after_seconds": 60, "target": "console"},
    {"after_seconds": 60, "target": "contacts"}]', 2, '2000-01-02T00:00:00Z'
WHERE NOT EXISTS (SELECT FROM plans p
        WHERE p.kind = 'water_leak' AND p.home_id IS NULL AND p.retired_at IS NULL)
    AND EXISTS (SELECT FROM plans p
        WHERE p.code = 'default' AND p.version = 2 AND p.retired_at IS NULL AND p.created_by IS NULL)
ON CONFLICT (code, version) DO NOTHING;

-- A button not set up: the desk decides for two minutes, then it is taken for what it may be.
WITH old AS (
    UPDATE plans SET retired_at = '2000-01-02T00:00:00Z'
    WHERE code = 'unconfirmed_press' AND version = 1 AND retired_at IS NULL
    RETURNING kind, cycles
)
INSERT INTO plans (code, version, kind, steps, cycles, created_at)
SELECT 'unconfirmed_press', 2, kind, '[
    {"after_seconds": 0,  "target": "console"},
    {"after_seconds": 60, "target": "console"},
    {"after_seconds": 60, "target": "contact", "position": 1},
    {"after_seconds": 60, "target": "grid_responder"},
    {"after_seconds": 60, "target": "contact", "position": 2},
    {"after_seconds": 60, "target": "contact", "position": 3},
    {"after_seconds": 0,  "target": "neighbours"},
    {"after_seconds": 30, "target": "community"},
    {"after_seconds": 30, "target": "station"},
    {"after_seconds": 60, "target": "supervisor", "by": "voice"},
    {"after_seconds": 60, "target": "console"},
    {"after_seconds": 60, "target": "contacts"}]', cycles, '2000-01-02T00:00:00Z'
FROM old;

-- A fault of what guards a life reaches staff within 15 minutes, also at night, so that it is fixed or
-- covered within 2 h; the family hears of one that lasts, by day, whoever has taken it. Through its cycles it is the
-- console's alone. Other faults, power cuts and batteries stand on the console as before.
WITH old AS (
    UPDATE plans SET retired_at = '2000-01-02T00:00:00Z'
    WHERE code IN ('technical-device_fault', 'technical-device_offline', 'technical-tamper',
            'technical-hub_offline')
        AND version = 1 AND retired_at IS NULL
    RETURNING code, kind, cycles
)
INSERT INTO plans (code, version, kind, steps, cycles, created_at)
SELECT code, 2, kind, '[
    {"after_seconds": 0,    "target": "console"},
    {"after_seconds": 300,  "target": "station", "guards": "life"},
    {"after_seconds": 300,  "target": "grid_responder", "kind": "grid_worker", "guards": "life"},
    {"after_seconds": 6600, "target": "console"},
    {"after_seconds": 0,    "target": "contacts", "guards": "life", "when": "not_arrived"}]', cycles, '2000-01-02T00:00:00Z'
FROM old;

-- What may come: the operators first, the family by day.
INSERT INTO plans (code, version, kind, steps, cycles, created_at)
SELECT 'comfort-' || k.kind, 1, k.kind, '[
    {"after_seconds": 0,    "target": "console"},
    {"after_seconds": 900,  "target": "contacts"},
    {"after_seconds": 6300, "target": "console"}]', 2, '2000-01-02T00:00:00Z'
FROM unnest(ARRAY['door_open', 'air_quality', 'no_visit', 'rhythm_change']) AS k (kind)
WHERE NOT EXISTS (SELECT FROM plans p
    WHERE p.kind = k.kind AND p.home_id IS NULL AND p.retired_at IS NULL)
ON CONFLICT (code, version) DO NOTHING;
