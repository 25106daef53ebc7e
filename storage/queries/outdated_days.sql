-- Days with posts that another taxonomy tagged and whose texts are there.
SELECT toInt64(intDiv(toUnixTimestamp(published_at) + {shift:Int64}, {step:Int64})) AS day, count() AS posts
FROM mentions
WHERE published_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
  AND published_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  AND taxonomy_version != {taxonomy:UInt32}
  AND (notEmpty(title) OR notEmpty(text))
GROUP BY day
ORDER BY day DESC
