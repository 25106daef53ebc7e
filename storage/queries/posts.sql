-- The keys are found first, so that no other texts are read.
SELECT *
FROM mentions
WHERE (toStartOfHour(published_at), id) IN
(
    SELECT toStartOfHour(published_at), id
    FROM mentions
    WHERE published_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
      AND published_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
      AND ({tag:String} = '' OR has(tags, {tag:String}) OR has(domains, {tag:String}))
    ORDER BY published_at DESC, id
    LIMIT {limit:UInt32}
)
ORDER BY published_at DESC, id
