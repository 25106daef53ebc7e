SELECT
    count() AS `进程`,
    sum(waiting) AS `待入库`,
    max(waiting / greatest(room, 1)) AS `发件箱占用`,
    max(lag) AS `最久等待`,
    sum(lately) AS `近一小时入库`,
    dateDiff('second', max(at), least($__toTime, now())) / 60 AS `距上次上报`
FROM
(
    SELECT
        process,
        max(told.at) AS at,
        argMax(told.waiting, told.at) AS waiting,
        argMax(told.room, told.at) AS room,
        argMax(told.lag, told.at) AS lag,
        sumIf(told.stored, told.at > $__toTime - INTERVAL 1 HOUR) AS lately
    FROM ({{template "_told.sql"}}) AS told
    GROUP BY process
)
