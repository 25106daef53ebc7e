SELECT {{reasonName "reason"}} AS `结束原因`, count() AS `采集次数`
FROM crawl_passes FINAL
WHERE $__timeFilter(started) AND {{template "_crawled.sql"}}
GROUP BY reason
ORDER BY `采集次数` DESC, `结束原因`
LIMIT 20
