SELECT
    name AS `热点`,
    state AS `状态`,
    heat AS `热度`,
    posts AS `信息量`,
    expected AS `平常`,
    sensitive_share AS `吐槽占比`,
    authors AS `发声人数`,
    from_at AS `开始`,
    to_at AS `结束`,
    tag,
    id,
    toString(toUnixTimestamp64Milli(from_at - INTERVAL 1 DAY)) AS from_ms,
    toString(toUnixTimestamp64Milli(to_at + INTERVAL 1 DAY)) AS to_ms
FROM
(
    {{template "_newest.sql" "filtered"}}
)
WHERE to_at >= $__fromTime AND {{template "_shown.sql"}}
ORDER BY `热度` DESC, tag, id
LIMIT 200
