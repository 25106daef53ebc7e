-- Counts buckets anew, from the hours of the external table hours. A post is in the
-- line of every value that it has.
INSERT INTO counts (step, bucket, per, line, by, key, build, posts, negative, authors, texts, mean, engagement)
SELECT
    {name:String}, bucket, said.1 AS per, said.2 AS line, '', '', {build:UInt64},
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
        arrayJoin(arrayConcat(
            [('', ''), ('source', source), ('channel', channel)],
            if({name:String} = 'day', [('region', region), ('voice', voice), ('sensitive', toString(sensitive))], []),
            if({name:String} = 'day', arrayMap(b -> ('brand', b), arrayDistinct(brands)), []),
            arrayMap(n -> ('nature', n), arrayDistinct(arrayFilter(n -> n != '', tag_natures))),
            arrayMap(t -> ('tag', t), tags),
            arrayMap(d -> ('domain', d), domains))) AS said,
        author, fingerprint, sentiment, sensitive, likes, comments, shares, views
    FROM mentions
    WHERE toStartOfHour(published_at) IN hours
)
GROUP BY bucket, said
