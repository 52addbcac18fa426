-- Readings are a hypertable where the TimescaleDB extension is installed on the server (either
-- edition); elsewhere they stay an ordinary table. Everything else is the same on both.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb')
       AND current_setting('shared_preload_libraries') LIKE '%timescaledb%' THEN
        CREATE EXTENSION IF NOT EXISTS timescaledb;
        PERFORM create_hypertable('readings', 'at',
            chunk_time_interval => interval '7 days', create_default_indexes => false);
    END IF;
END $$;
