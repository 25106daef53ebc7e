SELECT count() AS `当前热点`
FROM
(
    {{template "_newest.sql" "filtered"}}
)
WHERE state != '平息' AND to_at > $__toTime - INTERVAL 1 DAY AND {{template "_shown.sql"}}
