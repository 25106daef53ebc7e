SELECT process
FROM pipeline
WHERE $__timeFilter(at)
GROUP BY process
ORDER BY count() DESC, process
LIMIT 100
