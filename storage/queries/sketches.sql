-- The distinct sketches of a window, for near copies to be merged. Equal fingerprints
-- have equal sketches.
SELECT DISTINCT sketch
FROM mentions
WHERE published_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
  AND published_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  AND ({tag:String} = '' OR has(tags, {tag:String}) OR has(domains, {tag:String}))
  AND multiIf({node_by:String} = 'brand', has(brands, {node_key:String}), {node_by:String} = 'region', region = {node_key:String}, {node_by:String} = 'channel', channel = {node_key:String}, true)
ORDER BY sketch
LIMIT {limit:UInt32}
