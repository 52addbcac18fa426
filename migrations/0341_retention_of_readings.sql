-- Old readings go in whole chunks where they are a hypertable, and only a table's owner may drop
-- those. The processes own nothing: they call this, which runs as the owner and does this alone.
CREATE FUNCTION drop_old_readings(before timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    extension_schema text := (SELECT n.nspname FROM pg_extension e
        JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'timescaledb');
    is_hypertable boolean := false;
BEGIN
    IF extension_schema IS NOT NULL THEN
        EXECUTE 'SELECT EXISTS (SELECT FROM timescaledb_information.hypertables'
            ' WHERE hypertable_schema = ''public'' AND hypertable_name = ''readings'')'
            INTO is_hypertable;
    END IF;
    IF is_hypertable THEN
        EXECUTE format('SELECT count(*) FROM %I.drop_chunks(''public.readings'', older_than => $1)',
            extension_schema) USING before;
    END IF;
    RETURN is_hypertable;                        -- false: an ordinary table, emptied in batches
END $$;
REVOKE EXECUTE ON FUNCTION drop_old_readings FROM PUBLIC;
