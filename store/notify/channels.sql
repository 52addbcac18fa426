-- Channels to people, written down from the code when a database is brought up to date.

-- name: write_down
INSERT INTO channels (name, with_address) VALUES (%(name)s, %(with_address)s)
ON CONFLICT (name) DO NOTHING
