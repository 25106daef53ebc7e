SELECT
    count() AS posts,
    countIf(sensitive) AS negative,
    uniqExactIf(author, author != unhex('00000000000000000000000000000000')) + countIf(author = unhex('00000000000000000000000000000000')) AS authors,
    uniqExact(fingerprint) AS texts,
    uniqExact(source) AS sources,
    uniqExactIf(region, region != '') AS regions,
    sum(log1p(toFloat64(likes) + comments + shares + views / 100)) AS reach,
    min(published_at) AS first
FROM mentions
WHERE published_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
  AND published_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  AND ({tag:String} = '' OR has(tags, {tag:String}) OR has(domains, {tag:String}))
  AND multiIf({node_by:String} = 'brand', has(brands, {node_key:String}), {node_by:String} = 'region', region = {node_key:String}, {node_by:String} = 'channel', channel = {node_key:String}, true)
