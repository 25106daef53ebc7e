SELECT brand
FROM posts
ARRAY JOIN brands AS brand
WHERE $__timeFilter(published_at)
  AND deleted = 0
GROUP BY brand
ORDER BY count() DESC, brand
LIMIT 500
