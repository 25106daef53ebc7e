SELECT *
FROM
(
    SELECT
        source AS `来源`,
        ended AS `结束时间`,
        reason AS `结束原因`,
        pages AS `页面`,
        posts AS `信息`,
        fresh AS `新信息`,
        errors AS `错误`
    FROM crawl_passes FINAL
    WHERE started <= $__toTime
    ORDER BY started DESC
    LIMIT 1 BY source
)
ORDER BY `结束时间` DESC
LIMIT 200
