-- The latest time of the database's clock that an engine has seen: if it is later than now, that
-- clock was put back, and what is due is moved along.
CREATE TABLE clock_state (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    latest   timestamptz                         -- null: none yet
);
INSERT INTO clock_state DEFAULT VALUES;
