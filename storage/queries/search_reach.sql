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
      -- include _meant
      -- include _said
    ORDER BY hour DESC
    LIMIT {rows:UInt32}
)
