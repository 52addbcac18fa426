-- What left and whose end is not known yet: the carrier is asked for it every few minutes.
CREATE INDEX notifications_unfinished ON notifications (sent_at) WHERE state = 'SENT';
