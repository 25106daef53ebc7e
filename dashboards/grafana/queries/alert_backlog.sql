SELECT process, max(if(oldest_at = toDateTime64(0, 3, 'UTC'), 0, dateDiff('second', oldest_at, at) / 60)) AS waited
FROM pipeline FINAL
WHERE at > now() - INTERVAL 10 MINUTE
GROUP BY process
LIMIT 100
