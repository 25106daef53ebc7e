-- Posts of a window of publication that were collected since a moment.
SELECT *
FROM mentions
WHERE published_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
  AND published_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  AND collected_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
