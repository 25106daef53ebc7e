SELECT time, source, total AS `新信息`
FROM
(
    {{template "_pass_sums.sql" "fresh"}}
)
ORDER BY time, source
