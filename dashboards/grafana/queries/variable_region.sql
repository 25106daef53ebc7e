SELECT region
FROM posts
WHERE $__timeFilter(published_at)
  AND deleted = 0
  AND region != ''
GROUP BY region
ORDER BY count() DESC, region
LIMIT 200
