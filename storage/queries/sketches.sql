-- The distinct sketches of a window, for near copies to be merged. Equal fingerprints
-- have equal sketches.
SELECT DISTINCT sketch
FROM mentions
WHERE published_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
  AND published_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  AND ({tag:String} = '' OR has(tags, {tag:String}) OR has(domains, {tag:String}))
ORDER BY sketch
LIMIT {limit:UInt32}
