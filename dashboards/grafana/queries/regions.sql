SELECT
    region AS `地区`,
    count() AS `信息量`,
    countIf(sensitive) / count() AS `吐槽占比`
FROM mentions
WHERE {{template "_filters.sql"}}
  AND region != ''
GROUP BY region
ORDER BY `信息量` DESC, region
LIMIT 20
