-- The hours between which all posts lie. Partitions know them: nothing is read.
SELECT toInt64(toUnixTimestamp(min(slot))) * 1000 AS first, toInt64(toUnixTimestamp(max(slot))) * 1000 AS last
FROM posts
