-- The events of the window that some posts are part of, with those posts.
SELECT id, title, arrayIntersect(JSONExtract(event, 'members', 'Array(String)'), {posts:Array(String)}) AS members
FROM events FINAL
WHERE NOT gone
  AND from_at < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  AND to_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
  AND notEmpty(members)
ORDER BY id
