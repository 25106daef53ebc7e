-- What a search finds, counted by the values of its dimensions; the key '' counts all
-- posts, and those that say nothing about a dimension are in none of its values.
--
-- The rows that say it come in the external table batch. FINAL leaves the newest version of
-- their posts, without reading a text: a row is the one that was found if it has its
-- version and its fingerprint.
SELECT by, key, count() AS posts, min(published_at) AS first, max(published_at) AS last
FROM
(
    SELECT published_at, arrayJoin(arrayConcat(
            [('', ''), ('channel', channel), ('voice', voice), ('source', source)],
            if(region = '', [], [('region', region)]),
            arrayMap(domain -> ('domain', domain), domains),
            arrayMap(tag -> ('tag', tag), tags),
            arrayMap(brand -> ('brand', brand), brands))) AS value, value.1 AS by, value.2 AS key
    FROM posts FINAL
    PREWHERE (toStartOfHour(published_at), id) IN (SELECT slot, id FROM batch)
    WHERE (toStartOfHour(published_at), id, version, fingerprint) IN (SELECT slot, id, version, fingerprint FROM batch)
      AND published_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
      AND published_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
      -- include _meant
    SETTINGS do_not_merge_across_partitions_select_final = 1
)
GROUP BY by, key
