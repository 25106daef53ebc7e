SELECT source, process, at, ended_at, next_at, reason, detail, errors, failing, flagged, late, today, waiting, given_up
FROM source_health FINAL
ORDER BY source, process
