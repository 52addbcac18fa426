-- What is kept for a time only, and how far its removal has come.

-- Rows are removed in the order of their ids: a run begins where the last one ended and reads no
-- index from its beginning.
CREATE TABLE retention (
    what    text PRIMARY KEY,
    upto    bigint NOT NULL DEFAULT 0,           -- the last id that was looked at
    done_at timestamptz                          -- when the last run ended
);

-- What was joined into a message is found before that is removed.
CREATE INDEX notifications_bundled_into ON notifications (bundled_into)
    WHERE bundled_into IS NOT NULL;

-- Texts with the way into a home go first.
CREATE INDEX notifications_door_codes ON notifications (created_at)
    WHERE purpose = 'access' AND (body <> '' OR spoken <> '');

-- Who saw the way into a home is kept and never changed, until it is old. Rows go by this function
-- of the owner's alone: it says so for its own transaction, and the trigger lets pass what is older
-- than it says.
CREATE FUNCTION refuse_forgetting_views() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
            AND OLD.at < NULLIF(current_setting('anxin.views_before', true), '')::timestamptz THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER access_views_append_only ON access_views;
CREATE TRIGGER access_views_append_only BEFORE UPDATE OR DELETE ON access_views
    FOR EACH ROW EXECUTE FUNCTION refuse_forgetting_views();

-- Removes the next rows from before a time, at most so many are looked at; the last id from before
-- `passed`, null: there was none. Never of the last six months before the newest row, whatever it is asked.
CREATE FUNCTION remove_access_views(after_id bigint, before timestamptz, passed timestamptz,
    most integer)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    newest timestamptz := (SELECT at FROM public.access_views ORDER BY id DESC LIMIT 1);
    last_id bigint;
BEGIN
    before := LEAST(before, newest - interval '183 days');
    PERFORM set_config('anxin.views_before', COALESCE(before::text, ''), true);
    WITH next AS (
        SELECT v.id, v.at FROM public.access_views v WHERE v.id > after_id ORDER BY v.id LIMIT most
    ), gone AS (
        DELETE FROM public.access_views v USING next n WHERE v.id = n.id AND n.at < before
    ) SELECT max(id) INTO last_id FROM next WHERE at < LEAST(before, passed);
    PERFORM set_config('anxin.views_before', '', true);
    RETURN last_id;
END $$;
REVOKE EXECUTE ON FUNCTION remove_access_views FROM PUBLIC;
