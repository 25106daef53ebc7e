-- The posts that show best what a window is about: complaints first, then those
-- that most people reacted to; one per text. A view counts as a hundredth of a
-- reaction, and the logarithm keeps one viral post from being all there is to say
-- among posts of one magnitude: there the earlier one goes first. The keys are
-- found first, so that no other texts are read.
SELECT id, url, source, title, text, published_at
FROM posts FINAL
PREWHERE (toStartOfHour(published_at), id) IN
(
    SELECT toStartOfHour(published_at), id
    FROM posts FINAL
    WHERE published_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
      AND published_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
      AND ({tag:String} = '' OR has(tags, {tag:String}) OR has(domains, {tag:String}))
      AND multiIf({node_by:String} = 'brand', has(brands, {node_key:String}), {node_by:String} = 'region', region = {node_key:String}, {node_by:String} = 'channel', channel = {node_key:String}, true)
    ORDER BY voice = 'complaint' DESC, round(log1p(likes + comments + shares + views / 100)) DESC, published_at, id
    LIMIT 1 BY fingerprint
    LIMIT {limit:UInt32}
)
ORDER BY voice = 'complaint' DESC, round(log1p(likes + comments + shares + views / 100)) DESC, published_at, id
SETTINGS do_not_merge_across_partitions_select_final = 1
