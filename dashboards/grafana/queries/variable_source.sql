SELECT source
FROM posts
WHERE $__timeFilter(published_at)
  AND deleted = 0
GROUP BY source
ORDER BY count() DESC, source
LIMIT 200
