-- Whole posts that a search finds, in the order of the table, so that nothing waits to
-- be sorted. As in search_facets, FINAL reads only posts of which a row says it.
-- include _whole
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
ORDER BY toStartOfHour(published_at), id
SETTINGS do_not_merge_across_partitions_select_final = 1
