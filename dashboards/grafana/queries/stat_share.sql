SELECT countIf(sensitive) / nullIf(count(), 0) AS `吐槽占比`
FROM mentions
WHERE {{template "_filters.sql"}}
