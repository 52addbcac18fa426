-- Tokens end. Those that are there already are in force for another year, and so is what a process of
-- the version before still makes.
ALTER TABLE tokens ADD COLUMN expires_at timestamptz;
UPDATE tokens SET expires_at = clock_timestamp() + interval '365 days';
