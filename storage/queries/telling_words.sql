-- Words that a larger share of the tag's posts use in the window than in the days
-- before it: the log-odds ratio of the two shares over its standard error (Woolf
-- 1955, with Haldane's halves). As in the "Fightin' Words" of Monroe, Colaresi and
-- Quinn (2008), how everybody spoke in the days before is a prior: it counts as
-- {prior} more posts of the days before, so that a tag without a past can be
-- compared at all. A word must be in two posts and stand out by {z} errors.
SELECT word
FROM
(
    SELECT
        word, y, x + weight * b / greatest(1, all_before) AS before,
        maxIf(y, word = '') OVER () AS now_posts,
        maxIf(b, word = '') OVER () AS all_before,
        least({prior:UInt32}, all_before) AS weight,
        maxIf(x, word = '') OVER () + weight AS before_posts,
        log((y + 0.5) / (now_posts - y + 0.5)) - log((before + 0.5) / (before_posts - before + 0.5)) AS odds,
        odds / sqrt(1 / (y + 0.5) + 1 / (now_posts - y + 0.5) + 1 / (before + 0.5) + 1 / (before_posts - before + 0.5)) AS score
    FROM
    (
        SELECT
            arrayJoin(arrayPushBack(arrayFilter(w -> w != '', words), '')) AS word, -- '' counts the posts
            countIf(tagged AND published_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')) AS y,
            countIf(tagged AND published_at < fromUnixTimestamp64Milli({from:Int64}, 'UTC')) AS x,
            countIf(published_at < fromUnixTimestamp64Milli({from:Int64}, 'UTC')) AS b
        FROM
        (
            SELECT words, published_at, ({tag:String} = '' OR has(tags, {tag:String}) OR has(domains, {tag:String})) AS tagged
            FROM mentions
            WHERE published_at >= fromUnixTimestamp64Milli({before:Int64}, 'UTC')
              AND published_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
        )
        GROUP BY word
    )
)
WHERE word != '' AND y >= 2 AND score > {z:Float64}
ORDER BY score DESC, word
LIMIT {limit:UInt32}
