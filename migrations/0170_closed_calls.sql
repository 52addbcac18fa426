-- Ingest remembers what devices stated last, and takes the same again for a copy only while its alarm
-- is open. So closing one tells ingest, in the same transaction: the home's version goes up. At its
-- very end, since who holds a version waits for nothing else.

CREATE FUNCTION bump_version_of_alarm() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO home_versions (home_id, version) VALUES (NEW.home_id, 1)
    ON CONFLICT (home_id) DO UPDATE SET version = home_versions.version + 1;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER alarms_closed_version AFTER UPDATE OF state ON alarms
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.state = 'CLOSED' AND OLD.state <> 'CLOSED' AND NEW.home_id IS NOT NULL)
    EXECUTE FUNCTION bump_version_of_alarm();

-- The last alarm of a home's kind, for each state that a device goes on stating.
CREATE INDEX alarms_kind ON alarms (home_id, kind, closed_at DESC);
