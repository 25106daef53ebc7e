SELECT channel
FROM posts
WHERE $__timeFilter(published_at)
  AND deleted = 0
GROUP BY channel
ORDER BY count() DESC, channel
LIMIT 200
