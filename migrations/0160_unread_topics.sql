-- Topics of a home on which something arrives that no format reads: a hub that is set up wrongly, a
-- device nobody understands. A few of each home, for the installer; gathered in memory, written
-- every few seconds.
CREATE TABLE unread_topics (
    home_id  bigint NOT NULL REFERENCES homes ON DELETE CASCADE,
    topic    text NOT NULL CHECK (length(topic) <= 250),
    why      text NOT NULL,   -- what is the matter, a code of ingest/writing/unread_hints.py
    excerpt  text NOT NULL,   -- what a payload looks like, without its texts
    first_at timestamptz NOT NULL,
    last_at  timestamptz NOT NULL,
    messages bigint NOT NULL,
    PRIMARY KEY (home_id, topic)
);
CREATE INDEX unread_topics_last ON unread_topics (last_at);
