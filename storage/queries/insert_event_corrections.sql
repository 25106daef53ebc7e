INSERT INTO event_corrections (a, b, together, at)
