-- The open alarms of one home are one emergency to who goes there: a dispatch is joined to each
-- alarm that it is to serve. dispatches.alarm_id stays the one it was made for.
CREATE TABLE dispatch_alarms (
    dispatch_id bigint NOT NULL REFERENCES dispatches ON DELETE CASCADE,
    alarm_id    bigint NOT NULL REFERENCES alarms,
    joined_at   timestamptz NOT NULL,
    PRIMARY KEY (dispatch_id, alarm_id)
);
CREATE INDEX dispatch_alarms_alarm ON dispatch_alarms (alarm_id);
INSERT INTO dispatch_alarms (dispatch_id, alarm_id, joined_at)
SELECT id, alarm_id, offered_at FROM dispatches;

-- Whoever makes a dispatch, also a process of the version before: it serves its own alarm.
CREATE FUNCTION join_own_alarm() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO dispatch_alarms (dispatch_id, alarm_id, joined_at)
    VALUES (NEW.id, NEW.alarm_id, NEW.offered_at);
    RETURN NULL;
END $$;
CREATE TRIGGER dispatches_join_own_alarm AFTER INSERT ON dispatches
    FOR EACH ROW EXECUTE FUNCTION join_own_alarm();

-- The number of an act that serves several alarms: each one's journal names it.
CREATE SEQUENCE acts;

-- Whether an outside service has another danger of the same home already.
CREATE INDEX hand_overs_at ON hand_overs (at);
