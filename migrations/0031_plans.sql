-- Versions of plans never change: an alarm runs on the version it started with. Only the time at
-- which a version was retired may be set, once.
ALTER TABLE plans ADD COLUMN created_by bigint REFERENCES users;

CREATE FUNCTION refuse_changed_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(OLD) - 'retired_at' <> to_jsonb(NEW) - 'retired_at' THEN
        RAISE EXCEPTION 'a version of a plan never changes: save a new one'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER plans_never_change BEFORE UPDATE ON plans
    FOR EACH ROW EXECUTE FUNCTION refuse_changed_plan();

-- An alarm handed over to an outside service: what was said, and under which number they have it.
CREATE TABLE hand_overs (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alarm_id  bigint NOT NULL REFERENCES alarms,
    service   text NOT NULL CHECK (service IN ('110', '119', '120', '12345')),
    at        timestamptz NOT NULL,
    by_user   bigint NOT NULL REFERENCES users,
    reference text NOT NULL DEFAULT '',          -- the service's number for it
    said      text NOT NULL                      -- free text, erasable
);
CREATE INDEX hand_overs_alarm ON hand_overs (alarm_id);
