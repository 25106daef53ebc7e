SELECT
    channel AS `渠道`,
    count() AS `信息量`,
    countIf(sensitive) / count() AS `吐槽占比`
FROM mentions
WHERE {{template "_filters.sql"}}
GROUP BY channel
ORDER BY `信息量` DESC, channel
LIMIT 20
