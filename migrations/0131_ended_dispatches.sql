-- Responders who had arrived when their alarm was closed are done: they counted as busy ever since,
-- and were still shown how to get in.
UPDATE dispatches d SET state = 'DONE', done_at = a.closed_at
FROM alarms a
WHERE a.id = d.alarm_id AND a.state = 'CLOSED' AND d.state = 'ARRIVED';
