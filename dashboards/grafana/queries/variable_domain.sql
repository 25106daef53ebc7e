SELECT concat({{domainName "id"}}, '|', id)
FROM posts
ARRAY JOIN domains AS id
WHERE $__timeFilter(published_at)
  AND deleted = 0
GROUP BY id
ORDER BY count() DESC, id
LIMIT 100
