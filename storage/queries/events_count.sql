-- How many events had posts in the window.
SELECT count() AS events
FROM events FINAL
WHERE NOT gone
  AND from_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  AND to_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
