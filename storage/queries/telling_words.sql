-- Words that a larger share of the node's posts use in the window than in the days
-- before it: the log-odds ratio of the two shares over its standard error (Woolf
-- 1955, with Haldane's halves). As in the "Fightin' Words" of Monroe, Colaresi and
-- Quinn (2008), how everybody spoke in the days before is a prior: it counts as
-- {prior} more posts of the days before, so that a tag without a past can be
-- compared at all. A word must be in two posts and stand out by {z} errors.
--
-- Words are wide, so they are read of few posts: in the days before of one hour in
-- {own_stride} for the node's own posts, whose keys are found first, and of one hour in
-- {stride} for how everybody spoke.
WITH
    fromUnixTimestamp64Milli({before:Int64}, 'UTC') AS start,
    fromUnixTimestamp64Milli({from:Int64}, 'UTC') AS first,
    fromUnixTimestamp64Milli({to:Int64}, 'UTC') AS last
SELECT word, y / now_posts - before / before_posts AS novelty
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
        SELECT word, sum(now) AS y, sum(own) AS x, sum(everybody) AS b
        FROM
        (
            SELECT
                arrayJoin(arrayPushBack(arrayFilter(w -> w != '', words), '')) AS word, -- '' counts the posts
                countIf(published_at >= first) AS now, countIf(published_at < first) AS own, 0 AS everybody
            FROM mentions
            WHERE published_at >= start AND published_at < last AND (toStartOfHour(published_at), id) IN
            (
                SELECT toStartOfHour(published_at), id
                FROM mentions
                WHERE published_at >= start AND published_at < last
                  AND (published_at >= first OR toStartOfHour(published_at) IN
                  (
                      SELECT toStartOfHour(start) + toIntervalHour(number * {own_stride:UInt32})
                      FROM numbers(intDiv(dateDiff('hour', start, first), {own_stride:UInt32}) + 1)
                  ))
                  AND ({tag:String} = '' OR has(tags, {tag:String}) OR has(domains, {tag:String}))
                  AND multiIf({node_by:String} = 'brand', has(brands, {node_key:String}), {node_by:String} = 'region', region = {node_key:String}, {node_by:String} = 'channel', channel = {node_key:String}, true)
            )
            GROUP BY word
            UNION ALL
            SELECT arrayJoin(arrayPushBack(arrayFilter(w -> w != '', words), '')) AS word, 0 AS now, 0 AS own, count() AS everybody
            FROM mentions
            WHERE published_at >= start AND published_at < first
              AND toStartOfHour(published_at) IN
              (
                  SELECT toStartOfHour(start) + toIntervalHour(number * {stride:UInt32})
                  FROM numbers(intDiv(dateDiff('hour', start, first), {stride:UInt32}) + 1)
              )
            GROUP BY word
        )
        GROUP BY word
    )
)
WHERE word != '' AND y >= 2 AND score > {z:Float64}
ORDER BY score DESC, word
LIMIT {limit:UInt32}
