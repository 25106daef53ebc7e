-- From the first to the last post of the events that had posts in the window.
SELECT count() AS events, min(from_at) AS first, max(to_at) AS last
FROM events FINAL
WHERE NOT gone
  AND from_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  AND to_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
