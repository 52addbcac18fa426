-- Who wants to hear of every change of an alarm: signed webhooks.
CREATE TABLE subscriptions (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    url         text NOT NULL CHECK (url ~ '^https?://'),
    secret      text NOT NULL CHECK (length(secret) >= 32),
    kinds       text[],                                          -- null: all
    area_ids    bigint[],                                        -- null: all; these, not those below
    created_at  timestamptz NOT NULL,
    disabled_at timestamptz
);
