SELECT channel
FROM mentions
WHERE $__timeFilter(published_at)
GROUP BY channel
ORDER BY count() DESC, channel
LIMIT 50
