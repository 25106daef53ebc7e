SELECT
    toDateTime(intDiv(toUnixTimestamp(told.at) + 28800, $__interval_s) * $__interval_s - 28800, 'Asia/Shanghai') AS time,
    process,
    max(told.lag) AS `最久等待`
FROM ({{template "_told.sql"}}) AS told
GROUP BY time, process
ORDER BY time, process
