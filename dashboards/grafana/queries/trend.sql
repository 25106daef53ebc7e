SELECT
    {{template "_bucket.sql"}} AS time,
    count() AS `信息量`,
    countIf(sensitive) AS `吐槽类信息`
FROM mentions
WHERE {{template "_filters.sql"}}
GROUP BY time
ORDER BY time {{template "_fill.sql"}}
