-- Who saw how to get into a home, and when. Kept, never changed.
CREATE TABLE access_views (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL,
    person_id   bigint NOT NULL REFERENCES people,
    home_id     bigint NOT NULL REFERENCES homes,
    alarm_id    bigint REFERENCES alarms,        -- null: looked up in the home's file
    dispatch_id bigint REFERENCES dispatches,
    via         text NOT NULL                    -- console | page | api | sms
);
CREATE INDEX access_views_home ON access_views (home_id, id);
CREATE INDEX access_views_person ON access_views (person_id, id);
CREATE TRIGGER access_views_append_only BEFORE UPDATE OR DELETE ON access_views
    FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER access_views_no_truncate BEFORE TRUNCATE ON access_views
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
