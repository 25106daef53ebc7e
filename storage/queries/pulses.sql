-- How nodes are spoken of by the hour. A voice is an author, counted once a day in
-- the hour in which they first speak of the node, or a post without author. Sources
-- are told apart by the week, counted from the window's start, in which they came to a
-- tenth of their busiest week: what they said before that is left out.
WITH
    fromUnixTimestamp64Milli({from:Int64}, 'UTC') AS first,
    fromUnixTimestamp64Milli({to:Int64}, 'UTC') AS last,
    unhex('00000000000000000000000000000000') AS nobody,
    joined AS
    (
        SELECT source, min(week) AS cohort
        FROM
        (
            SELECT source, intDiv(dateDiff('hour', first, published_at), 168) AS week, count() AS n, max(n) OVER (PARTITION BY source) AS busiest
            FROM mentions
            WHERE published_at >= first AND published_at < last
            GROUP BY source, week
        )
        WHERE n * 10 >= busiest
        GROUP BY source
    ),
    said AS
    (
        SELECT
            arrayJoin(multiIf({by:String} = 'domain', domains, tags)) AS tag,
            arrayJoin(multiIf(
                {by:String} = 'brand', arrayDistinct(brands),
                {by:String} = 'region', [region],
                {by:String} = 'channel', [channel],
                [''])) AS key,
            cohort, author, sensitive,
            dateDiff('hour', first, published_at) AS bucket,
            intDiv(toUnixTimestamp(published_at) + {shift:Int64}, 86400) AS day
        FROM
        (
            SELECT source, tags, domains, brands, region, channel, author, sensitive, published_at
            FROM mentions
            WHERE published_at >= first AND published_at < last AND notEmpty(tags)
        ) AS posts
        INNER JOIN joined ON joined.source = posts.source
        WHERE bucket >= cohort * 168
    )
SELECT tag, key, cohort, toUInt32(bucket) AS hour, sum(p) AS posts, sum(n) AS negative, sum(v) AS voices
FROM
(
    SELECT tag, key, cohort, bucket, count() AS p, countIf(sensitive) AS n, countIf(author = nobody) AS v
    FROM said
    GROUP BY tag, key, cohort, bucket
    UNION ALL
    SELECT tag, key, cohort, min(bucket) AS bucket, 0 AS p, 0 AS n, 1 AS v
    FROM said
    WHERE author != nobody
    GROUP BY tag, key, cohort, author, day
)
WHERE {by:String} IN ('', 'tag', 'domain') OR key != ''
GROUP BY tag, key, cohort, hour
ORDER BY tag, key, cohort, hour
