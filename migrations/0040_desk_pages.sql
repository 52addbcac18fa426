-- What the desk's own pages look for: who wrote lately, and who has stopped our messages.
CREATE INDEX inbound_messages_received ON inbound_messages (received_at);
CREATE INDEX people_opted_out ON people (opted_out_at) WHERE opted_out_at IS NOT NULL;
