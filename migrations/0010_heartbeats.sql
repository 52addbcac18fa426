-- Each process says now and then that it is alive and working.
CREATE TABLE heartbeats (
    process  text NOT NULL,                      -- ingest | alerts | api
    instance text NOT NULL,                      -- its stable name among its like
    at       timestamptz NOT NULL,
    detail   jsonb NOT NULL DEFAULT '{}',        -- what it wants to say: lag, queue, broker
    PRIMARY KEY (process, instance)
);

-- The queue of one priority or home among very many closed alarms.
CREATE INDEX alarms_area ON alarms (area_id, raised_at DESC);
