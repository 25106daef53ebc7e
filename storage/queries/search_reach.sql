-- How far back a search must look: the hour of the last of the newest rows that say
-- what is searched for. They are read in the order of the table, until there are
-- enough, so that a word that everybody says is found at once.
SELECT toInt64(toUnixTimestamp(min(hour))) * 1000 AS hour, count() AS found
FROM
(
    SELECT toStartOfHour(published_at) AS hour
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
    ORDER BY hour DESC
    LIMIT {rows:UInt32}
)
