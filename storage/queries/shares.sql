-- How a window's posts are spread over the values of a dimension. A post without
-- region says nothing about regions.
SELECT multiIf({by:String} = 'channel', channel, region) AS key, count() AS posts
FROM mentions
WHERE published_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
  AND published_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  AND ({tag:String} = '' OR has(tags, {tag:String}) OR has(domains, {tag:String}))
  AND key != ''
GROUP BY key
ORDER BY posts DESC, key
