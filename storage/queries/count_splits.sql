-- Counts how the issues and domains of days split, from the hours of the external
-- table hours.
INSERT INTO counts (step, bucket, per, line, by, key, build, posts, negative, authors, texts, mean, engagement)
SELECT
    {name:String}, bucket, said.1 AS per, said.2 AS line,
    multiIf(grouping(channel) = 0, 'channel', grouping(region) = 0, 'region', 'voice'),
    multiIf(grouping(channel) = 0, channel, grouping(region) = 0, region, voice),
    {build:UInt64},
    count(),
    countIf(sensitive),
    uniqExactIf(author, author != unhex('00000000000000000000000000000000')) + countIf(author = unhex('00000000000000000000000000000000')),
    uniqExact(fingerprint),
    avg(sentiment),
    sum(log1p(toFloat64(likes) + comments + shares + views / 100))
FROM
(
    SELECT
        intDiv(toUnixTimestamp(published_at) + {shift:Int64}, {step:Int64}) AS bucket,
        arrayJoin(arrayConcat(arrayMap(t -> ('tag', t), tags), arrayMap(d -> ('domain', d), domains))) AS said,
        channel, region, voice,
        author, fingerprint, sentiment, sensitive, likes, comments, shares, views
    FROM mentions
    WHERE toStartOfHour(published_at) IN hours
)
GROUP BY GROUPING SETS ((bucket, said, channel), (bucket, said, region), (bucket, said, voice))
