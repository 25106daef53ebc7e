-- Distinct posts per bucket and value of both dimensions, but for the hours that are
-- known already. Buckets are numbered in steps of the fixed zone UTC+8, whose days Vane
-- counts.
SELECT
    arrayJoin(multiIf(
        {per:String} = 'tag', tags,
        {per:String} = 'domain', domains,
        [''])) AS line,
    arrayJoin(multiIf(
        {by:String} = 'tag', tags,
        {by:String} = 'domain', domains,
        {by:String} = 'nature', arrayDistinct(arrayFilter(n -> n != '', tag_natures)),
        {by:String} = 'brand', arrayDistinct(brands),
        {by:String} = 'channel', [channel],
        {by:String} = 'region', [region],
        {by:String} = 'voice', [voice],
        {by:String} = 'source', [source],
        {by:String} = 'sensitive', [toString(sensitive)],
        [''])) AS key,
    toInt64(intDiv(toUnixTimestamp(published_at) + {shift:Int64}, {step:Int64})) AS bucket,
    count() AS posts,
    countIf(sensitive) AS negative,
    uniqExactIf(author, author != unhex('00000000000000000000000000000000')) + countIf(author = unhex('00000000000000000000000000000000')) AS authors,
    uniqExact(fingerprint) AS texts,
    avg(sentiment) AS mean,
    sum(log1p(toFloat64(likes) + comments + shares + views / 100)) AS engagement
FROM mentions
WHERE toStartOfHour(published_at) NOT IN (SELECT toDateTime(arrayJoin({known:Array(UInt32)}), 'UTC'))
  AND published_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
  AND published_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  AND ({tag:String} = '' OR has(tags, {tag:String}) OR has(domains, {tag:String}))
  AND ({steady:Bool} = false OR has({sources:Array(String)}, source))
GROUP BY line, key, bucket
ORDER BY line, key, bucket
