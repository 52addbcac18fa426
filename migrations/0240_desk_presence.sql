-- Who is at the desk: connected to the centre's stream, and when that was last seen. Nobody who has
-- never been connected is missed: programs work without a screen.

CREATE TABLE desk_presence (
    user_id bigint PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    seen_at timestamptz NOT NULL
);
