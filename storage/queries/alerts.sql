-- Alerts that are open, or were resolved since a moment, newest first.
SELECT rule, tag, part_of, part, since_at, name, state, held_at, seen_at, fired_at, resolved_at, peak_heat, hotspot, receivers, told
FROM alerts FINAL
WHERE state != 'resolved' OR resolved_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
ORDER BY since_at DESC, rule, tag, part_of, part
