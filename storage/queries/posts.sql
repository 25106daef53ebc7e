-- The keys are found first, so that no other texts are read.
-- include _whole
PREWHERE (toStartOfHour(published_at), id) IN
(
    SELECT toStartOfHour(published_at), id
    FROM posts FINAL
    WHERE published_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
      AND published_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
      AND ({tag:String} = '' OR has(tags, {tag:String}) OR has(domains, {tag:String}))
    ORDER BY published_at DESC, id
    LIMIT {limit:UInt32}
)
ORDER BY published_at DESC, id
SETTINGS do_not_merge_across_partitions_select_final = 1
