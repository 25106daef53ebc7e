-- The rows that say what is searched for, read from the newest hour back until there are
-- enough: those of the last hour that was read may not be all that it has.
SELECT
    id, version, fingerprint,
    toUnixTimestamp64Milli(published_at) AS published,
    toUInt64(0) AS score
FROM posts
WHERE deleted = 0
  AND published_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
  AND published_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  -- include _meant
  -- include _said
  -- include _behind
ORDER BY toStartOfHour(published_at) DESC
LIMIT {rows:UInt32}
