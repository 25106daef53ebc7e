SELECT count() AS `信息量`
FROM mentions
WHERE {{template "_filters.sql"}}
