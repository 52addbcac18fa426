-- Which channels there are is said once, in code; `anxin migrate` writes it down here, so that a row
-- with another name, or an address where none belongs, is refused. A channel that is no longer in
-- the code stays: an older process may still use it.

CREATE TABLE channels (
    name         text PRIMARY KEY,
    with_address boolean NOT NULL,                               -- something of theirs, not the phone
    UNIQUE (name, with_address)
);
INSERT INTO channels (name, with_address)
VALUES ('sms', false), ('voice', false), ('apprise', true);

ALTER TABLE person_channels
    ADD COLUMN with_address boolean GENERATED ALWAYS AS (address <> '') STORED,
    DROP CONSTRAINT person_channels_channel_check,
    DROP CONSTRAINT person_channels_check,
    ADD FOREIGN KEY (channel, with_address) REFERENCES channels (name, with_address);
