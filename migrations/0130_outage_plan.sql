-- An area's outage is told to its supervisor at once and, when it lasts, to the families: their
-- buttons may not work. A plan that a centre has written in the meantime stays.
WITH old AS (
    UPDATE plans SET retired_at = '2000-01-02T00:00:00Z'
    WHERE code = 'technical-area_outage' AND version = 1 AND retired_at IS NULL
    RETURNING kind, cycles
)
INSERT INTO plans (code, version, kind, steps, cycles, created_at)
SELECT 'technical-area_outage', 2, kind, '[
    {"after_seconds": 0, "target": "supervisor"},
    {"after_seconds": 0, "target": "console"},
    {"after_seconds": 600, "target": "contacts"},
    {"after_seconds": 6600, "target": "console"}]', cycles, '2000-01-02T00:00:00Z'
FROM old;
