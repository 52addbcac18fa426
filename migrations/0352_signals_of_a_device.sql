-- What a device has stated is found without reading what the others of its home did: one of them may
-- have stated its alarm a hundred thousand times. Instead of the index by home and time, so that a
-- press costs no more.
CREATE INDEX signals_device ON signals (home_id, device_id, received_at);
DROP INDEX signals_home;
