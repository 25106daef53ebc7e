-- Posts that another taxonomy tagged and whose texts are there.
SELECT *
FROM mentions
WHERE published_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
  AND published_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  AND taxonomy_version != {taxonomy:UInt32}
  AND (notEmpty(title) OR notEmpty(text))
