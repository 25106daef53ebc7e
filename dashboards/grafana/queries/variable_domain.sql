SELECT concat({{domainName "id"}}, '|', id)
FROM mentions
ARRAY JOIN domains AS id
WHERE $__timeFilter(published_at)
GROUP BY id
ORDER BY count() DESC, id
LIMIT 100
