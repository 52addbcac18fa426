-- What messages say, in versions: the product's words, and those a centre has written. Neither a
-- version nor the choice of one is ever changed.
CREATE TABLE message_texts (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name          text NOT NULL,                 -- of the message, or carrier_template
    language      text NOT NULL CHECK (language IN ('zh', 'en')),
    version       integer NOT NULL CHECK (version >= 1),
    body          text NOT NULL,
    template_code text NOT NULL DEFAULT '',      -- the carrier's number of a registered template
    created_at    timestamptz NOT NULL,
    created_by    bigint REFERENCES users,       -- null: came with the product
    UNIQUE (name, language, version)
);
CREATE TRIGGER message_texts_never_change BEFORE UPDATE OR DELETE ON message_texts
    FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();

-- The last one of a message and language is in force.
CREATE TABLE message_text_choices (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    text_id bigint NOT NULL REFERENCES message_texts,
    at      timestamptz NOT NULL,
    by_user bigint REFERENCES users              -- null: the product's, where nobody had chosen
);
CREATE TRIGGER message_text_choices_never_change BEFORE UPDATE OR DELETE ON message_text_choices
    FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
CREATE INDEX message_text_choices_of_text ON message_text_choices (text_id);
