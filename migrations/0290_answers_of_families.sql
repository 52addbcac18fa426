-- What a relative says with "I am going": how long the way takes, and who may have said it where
-- several share a number.
ALTER TABLE responses
    ADD COLUMN eta_minutes integer CHECK (eta_minutes BETWEEN 0 AND 1440),  -- counted from `at`
    ADD COLUMN others bigint[] NOT NULL DEFAULT '{}';  -- people with the same number
