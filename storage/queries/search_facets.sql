-- What a search finds, counted by the values of its dimensions; the key '' counts all
-- posts, and those that say nothing about a dimension are in none of its values.
--
-- Rows that say it are found first, by the index. Then FINAL leaves the newest version
-- of these posts, without reading a text: a row is the one that was found if it has
-- its version and its fingerprint. Settings are those of the whole query: without
-- indexes, the rows would be found by reading every text.
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
    WHERE published_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
      AND published_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
      -- include _meant
      AND (toStartOfHour(published_at), id, version, fingerprint) IN
      (
        SELECT toStartOfHour(published_at), id, version, fingerprint
        FROM posts
        WHERE deleted = 0
          AND published_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
          AND published_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
          -- include _meant
          -- include _said
        )
    SETTINGS do_not_merge_across_partitions_select_final = 1
)
GROUP BY by, key
