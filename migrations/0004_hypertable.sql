-- Readings are a hypertable where the TimescaleDB extension is installed on the server (either
-- edition); elsewhere they stay an ordinary table. Everything else is the same on both.
--
-- Whether its library is loaded is asked of a setting of its own: shared_preload_libraries is shown
-- to superusers alone. An owner who may not create the extension gets an ordinary table, and
-- `anxin doctor` says so.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb')
       AND EXISTS (SELECT FROM pg_settings WHERE name = 'timescaledb.max_background_workers') THEN
        BEGIN
            CREATE EXTENSION IF NOT EXISTS timescaledb;
        EXCEPTION WHEN insufficient_privilege THEN
            RETURN;
        END;
        PERFORM create_hypertable('readings', 'at',
            chunk_time_interval => interval '7 days', create_default_indexes => false);
    END IF;
END $$;
