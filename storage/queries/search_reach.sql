-- How far back a search must look: the hours of the newest rows that say what is
-- searched for, read in the order of the table until there are enough. Rows may be
-- old versions of posts, so this is only where search_keys looks, not what it finds.
SELECT toInt64(toUnixTimestamp(min(hour))) * 1000 AS reached, count() AS found
FROM
(
    SELECT toStartOfHour(published_at) AS hour
    FROM posts
    WHERE deleted = 0
      AND published_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
      AND published_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
      -- what every search asks of a post:
      AND (empty({tags:Array(String)}) OR hasAny(tags, {tags:Array(String)}) OR hasAny(domains, {tags:Array(String)}))
      AND (empty({channels:Array(String)}) OR has({channels:Array(String)}, channel))
      AND (empty({sources:Array(String)}) OR has({sources:Array(String)}, source))
      AND (empty({regions:Array(String)}) OR has({regions:Array(String)}, region))
      AND (empty({brands:Array(String)}) OR hasAny(brands, {brands:Array(String)}))
      AND (empty({voices:Array(String)}) OR has({voices:Array(String)}, voice))
      AND (empty({grams:Array(String)}) OR hasAllTokens(searched, {grams:Array(String)}))
      AND (empty({any1:Array(String)}) OR multiSearchAny(searched, {any1:Array(String)}))
      AND (empty({any2:Array(String)}) OR multiSearchAny(searched, {any2:Array(String)}))
      AND (empty({any3:Array(String)}) OR multiSearchAny(searched, {any3:Array(String)}))
      AND arrayAll(words -> multiSearchAny(searched, words), {more:Array(Array(String))})
      AND NOT (notEmpty({none:Array(String)}) AND multiSearchAny(searched, {none:Array(String)}))
    ORDER BY hour DESC
    LIMIT {rows:UInt32}
)
