-- Whole posts that a search finds, in the order of the table, so that nothing waits to
-- be sorted. As in search_facets, FINAL reads only posts of which a row says it.
SELECT id, published_at, collected_at, gone_at, undated, source, channel, region, url, author, title, text,
       views, likes, comments, shares,
       tags, domains, tag_names, tag_natures, tag_rules, tag_from, tag_to, tag_texts,
       sentiment, sensitive, voice, brands, places, amounts, demands, words, fingerprint, sketch, taxonomy_version
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
ORDER BY toStartOfHour(published_at), id
SETTINGS use_skip_indexes = 0, do_not_merge_across_partitions_select_final = 1
