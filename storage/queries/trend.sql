-- Distinct posts per bucket and value of the dimension. Buckets are numbered in
-- steps of the fixed zone UTC+8, whose days Vane counts.
SELECT
    arrayJoin(multiIf(
        {by:String} = 'tag', tags,
        {by:String} = 'domain', domains,
        {by:String} = 'channel', [channel],
        {by:String} = 'region', [region],
        {by:String} = 'voice', [voice],
        {by:String} = 'source', [source],
        [''])) AS key,
    toInt64(intDiv(toUnixTimestamp(published_at) + {shift:Int64}, {step:Int64})) AS bucket,
    count() AS posts,
    countIf(sensitive) AS negative,
    uniqExactIf(author, author != unhex('00000000000000000000000000000000')) + countIf(author = unhex('00000000000000000000000000000000')) AS authors,
    avg(sentiment) AS mean
FROM mentions
WHERE published_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
  AND published_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  AND ({tag:String} = '' OR has(tags, {tag:String}) OR has(domains, {tag:String}))
GROUP BY key, bucket
ORDER BY key, bucket
