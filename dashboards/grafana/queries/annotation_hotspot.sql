SELECT from_at AS time, concat(name, ' 开始，热度 ', toString(round(heat))) AS text, state AS tags
FROM
(
    {{template "_hotspot.sql"}}
)
ORDER BY time
LIMIT 1
