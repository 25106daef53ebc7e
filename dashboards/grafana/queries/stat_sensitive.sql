SELECT countIf(sensitive) AS `吐槽类信息`
FROM mentions
WHERE {{template "_filters.sql"}}
