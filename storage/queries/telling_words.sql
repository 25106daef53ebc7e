-- Words that the tag's posts use more in the window than in the days before it:
-- log-odds with an informative Dirichlet prior (Monroe, Colaresi, Quinn 2008,
-- "Fightin' Words", formulas 16 and 22), where the prior is how all posts of the
-- days before spoke. Without earlier posts of the tag it tells its words from
-- theirs. {weight} is the prior's weight in words; a word must be in two posts and
-- stand out by {z} standard deviations.
SELECT word
FROM
(
    SELECT
        word, y,
        {weight:UInt32} * (b + 1) / (sum(b) OVER () + count() OVER ()) AS a,
        log((y + a) / (sum(y) OVER () + {weight:UInt32} - y - a)) - log((x + a) / (sum(x) OVER () + {weight:UInt32} - x - a)) AS delta,
        delta / sqrt(1 / (y + a) + 1 / (x + a)) AS score
    FROM
    (
        SELECT
            arrayJoin(words) AS word,
            countIf(published_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND tagged) AS y,
            countIf(published_at < fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND tagged) AS x,
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
WHERE y >= 2 AND score > {z:Float64}
ORDER BY score DESC, word
LIMIT {limit:UInt32}
