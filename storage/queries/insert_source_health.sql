INSERT INTO source_health (source, process, at, ended_at, next_at, reason, detail, errors, failing, flagged, late, today, waiting, given_up)
