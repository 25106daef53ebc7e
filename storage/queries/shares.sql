-- How a window's posts are spread over channels, regions, brands or demands. A post
-- without region says nothing about regions, and one with two brands is with both.
SELECT
    arrayJoin(multiIf(
        {split:String} = 'channel', [channel],
        {split:String} = 'brand', arrayDistinct(brands),
        {split:String} = 'demand', arrayDistinct(demands),
        [region])) AS key,
    count() AS posts
FROM mentions
WHERE published_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
  AND published_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  AND ({tag:String} = '' OR has(tags, {tag:String}) OR has(domains, {tag:String}))
  AND multiIf({node_by:String} = 'brand', has(brands, {node_key:String}), {node_by:String} = 'region', region = {node_key:String}, {node_by:String} = 'channel', channel = {node_key:String}, true)
  AND key != ''
GROUP BY key
ORDER BY posts DESC, key
LIMIT {limit:UInt32}
