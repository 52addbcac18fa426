-- What each relative hears of how an alarm goes on, and to which hospital somebody was taken.

ALTER TABLE contacts ADD COLUMN hears text NOT NULL DEFAULT 'all'
    CHECK (hears IN ('all', 'important', 'end'));

-- What people wrote can be erased: the journal does not hold it.
CREATE TABLE alarm_hospitals (
    alarm_id bigint PRIMARY KEY REFERENCES alarms,
    name     text NOT NULL
);
