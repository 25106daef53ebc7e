SELECT concat(name, '，', formatDateTime(from_at, '%m-%d %H:%i', 'Asia/Shanghai'), ' 起，热度 ', toString(round(heat)), '|', id)
FROM
(
    {{template "_newest.sql"}}
)
WHERE to_at >= $__fromTime AND {{template "_shown.sql"}}
ORDER BY heat DESC, tag, id
LIMIT 200
