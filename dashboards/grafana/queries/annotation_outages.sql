SELECT
    ended AS time,
    concat(source, '：', {{reasonName "reason"}}) AS text,
    '采集' AS tags
FROM crawl_passes FINAL
WHERE $__timeFilter(started) AND posts = 0 AND reason IN ('error', 'blocked', 'robots')
ORDER BY time
LIMIT 100
