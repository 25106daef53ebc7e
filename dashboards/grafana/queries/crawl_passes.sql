SELECT
    source AS `来源`,
    started AS `开始`,
    ended AS `结束`,
    reason AS `结束原因`,
    pages AS `页面`,
    posts AS `信息`,
    fresh AS `新信息`,
    errors AS `错误`
FROM crawl_passes FINAL
WHERE $__timeFilter(started) AND {{template "_crawled.sql"}}
ORDER BY started DESC, source
LIMIT 200
