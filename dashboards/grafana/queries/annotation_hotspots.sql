SELECT
    from_at AS time,
    concat(name, '，热度 ', toString(round(heat))) AS text,
    state AS tags
FROM
(
    {{template "_newest.sql" "filtered"}}
)
WHERE $__timeFilter(from_at) AND {{template "_shown.sql"}}
ORDER BY time
LIMIT 100
