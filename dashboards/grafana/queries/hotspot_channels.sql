{{template "_hotspot_posts.sql"}}
SELECT {{template "_bucket.sql"}} AS time, channel, count() AS `信息量`
FROM mentions
WHERE $__timeFilter(published_at)
  AND published_at >= hotspot.4 - INTERVAL 2 DAY AND published_at < hotspot.5 + INTERVAL 2 DAY
  AND {{template "_of_hotspot.sql"}}
GROUP BY time, channel
ORDER BY time, channel
LIMIT 20000
