-- Dead letters by who sent them, and taken in again after a fix.
ALTER TABLE dead_letters
    ADD COLUMN home            text NOT NULL DEFAULT '',   -- as the topic names them
    ADD COLUMN device          text NOT NULL DEFAULT '',
    ADD COLUMN retained        boolean NOT NULL DEFAULT false,
    ADD COLUMN replay_asked_at timestamptz,                -- ingest takes it in again as soon as it can
    ADD COLUMN replays         integer NOT NULL DEFAULT 0; -- how often that was tried
CREATE INDEX dead_letters_asked ON dead_letters (id) WHERE replay_asked_at IS NOT NULL;
