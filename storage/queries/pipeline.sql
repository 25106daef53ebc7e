SELECT process, at, waiting, room, oldest_at, stored
FROM pipeline FINAL
WHERE at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
  AND at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
ORDER BY at, process
