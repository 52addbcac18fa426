-- Whether a device's reason stands already is asked with each message that has it.
CREATE INDEX dead_letters_waiting ON dead_letters (home, device) WHERE replayed_at IS NULL;
