SELECT
    process AS `进程`,
    max(told.at) AS `上次上报`,
    argMax(told.waiting, told.at) AS `待入库`,
    argMax(told.room, told.at) AS `发件箱容量`,
    argMax(told.lag, told.at) AS `最久等待`,
    sum(told.stored) AS `入库`
FROM ({{template "_told.sql"}}) AS told
GROUP BY process
ORDER BY process
LIMIT 100
