SELECT time, source, total AS `错误`
FROM
(
    {{template "_pass_sums.sql" "errors"}}
)
ORDER BY time, source
