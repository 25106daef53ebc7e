-- What a search finds, counted by the values of its dimensions; the key '' counts all
-- posts, and those that say nothing about a dimension are in none of its values.
--
-- Rows that say it are found first, by the index. Then FINAL leaves the newest version
-- of these posts, without reading a text: a row is the one that was found if it has
-- its version and its fingerprint.
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
      -- which posts are meant:
      AND (empty({tags:Array(String)}) OR hasAny(tags, {tags:Array(String)}) OR hasAny(domains, {tags:Array(String)}))
      AND (empty({channels:Array(String)}) OR has({channels:Array(String)}, channel))
      AND (empty({sources:Array(String)}) OR has({sources:Array(String)}, source))
      AND (empty({regions:Array(String)}) OR has({regions:Array(String)}, region))
      AND (empty({brands:Array(String)}) OR hasAny(brands, {brands:Array(String)}))
      AND (empty({voices:Array(String)}) OR has({voices:Array(String)}, voice))
      AND (toStartOfHour(published_at), id, version, fingerprint) IN
      (
        SELECT toStartOfHour(published_at), id, version, fingerprint
        FROM posts
        WHERE deleted = 0
          AND published_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
          AND published_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
          -- which posts are meant:
          AND (empty({tags:Array(String)}) OR hasAny(tags, {tags:Array(String)}) OR hasAny(domains, {tags:Array(String)}))
          AND (empty({channels:Array(String)}) OR has({channels:Array(String)}, channel))
          AND (empty({sources:Array(String)}) OR has({sources:Array(String)}, source))
          AND (empty({regions:Array(String)}) OR has({regions:Array(String)}, region))
          AND (empty({brands:Array(String)}) OR hasAny(brands, {brands:Array(String)}))
          AND (empty({voices:Array(String)}) OR has({voices:Array(String)}, voice))
          -- what they say:
          AND (empty({grams:Array(String)}) OR hasAllTokens(searched, {grams:Array(String)}))
          AND (empty({pairs:Array(String)}) OR hasAnyTokens(searched, {pairs:Array(String)}))
          AND (empty({any1:Array(String)}) OR multiSearchAny(searched, {any1:Array(String)}))
          AND (empty({any2:Array(String)}) OR multiSearchAny(searched, {any2:Array(String)}))
          AND arrayAll(words -> multiSearchAny(searched, words), {more:Array(Array(String))})
          AND NOT (notEmpty({none:Array(String)}) AND multiSearchAny(searched, {none:Array(String)}))
        SETTINGS use_skip_indexes = 1
      )
    SETTINGS use_skip_indexes = 0, do_not_merge_across_partitions_select_final = 1
)
GROUP BY by, key
