-- name: create_staging
-- Empty, also when this transaction has merged a batch before.
CREATE TEMPORARY TABLE IF NOT EXISTS readings_staging (LIKE readings) ON COMMIT DELETE ROWS;
TRUNCATE readings_staging

-- name: merge_staging
-- A report that was stored before changes nothing; one that adds a metric to the same moment is
-- merged into it; a stored value is never overwritten.
INSERT INTO readings AS r SELECT * FROM readings_staging
ON CONFLICT (device_id, at) DO UPDATE SET
    temperature = COALESCE(r.temperature, EXCLUDED.temperature),
    humidity = COALESCE(r.humidity, EXCLUDED.humidity),
    battery = COALESCE(r.battery, EXCLUDED.battery),
    battery_voltage = COALESCE(r.battery_voltage, EXCLUDED.battery_voltage),
    illuminance = COALESCE(r.illuminance, EXCLUDED.illuminance),
    pressure = COALESCE(r.pressure, EXCLUDED.pressure),
    co2 = COALESCE(r.co2, EXCLUDED.co2),
    co = COALESCE(r.co, EXCLUDED.co),
    gas = COALESCE(r.gas, EXCLUDED.gas),
    smoke_density = COALESCE(r.smoke_density, EXCLUDED.smoke_density),
    voc = COALESCE(r.voc, EXCLUDED.voc),
    pm25 = COALESCE(r.pm25, EXCLUDED.pm25),
    power = COALESCE(r.power, EXCLUDED.power),
    voltage = COALESCE(r.voltage, EXCLUDED.voltage),
    current = COALESCE(r.current, EXCLUDED.current),
    energy = COALESCE(r.energy, EXCLUDED.energy),
    water = COALESCE(r.water, EXCLUDED.water),
    water_flow = COALESCE(r.water_flow, EXCLUDED.water_flow),
    motion = COALESCE(r.motion, EXCLUDED.motion),
    presence = COALESCE(r.presence, EXCLUDED.presence),
    door = COALESCE(r.door, EXCLUDED.door),
    bed = COALESCE(r.bed, EXCLUDED.bed),
    heart_rate = COALESCE(r.heart_rate, EXCLUDED.heart_rate),
    breathing_rate = COALESCE(r.breathing_rate, EXCLUDED.breathing_rate),
    link_quality = COALESCE(r.link_quality, EXCLUDED.link_quality),
    rssi = COALESCE(r.rssi, EXCLUDED.rssi)
