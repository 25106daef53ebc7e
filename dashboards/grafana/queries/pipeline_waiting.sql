SELECT
    toDateTime(intDiv(toUnixTimestamp(told.at) + 28800, $__interval_s) * $__interval_s - 28800, 'Asia/Shanghai') AS time,
    process,
    max(told.waiting) AS `待入库`
FROM ({{template "_told.sql"}}) AS told
GROUP BY time, process
ORDER BY time, process
