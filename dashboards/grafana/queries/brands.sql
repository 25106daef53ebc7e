SELECT
    brand AS `品牌`,
    count() AS `信息量`,
    countIf(sensitive) / count() AS `吐槽占比`
FROM mentions
ARRAY JOIN arrayDistinct(brands) AS brand
WHERE {{template "_filters.sql"}}
GROUP BY brand
ORDER BY `信息量` DESC, brand
LIMIT 20
