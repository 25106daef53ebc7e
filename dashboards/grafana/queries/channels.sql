SELECT channel AS `渠道`, count() AS `信息量`
FROM mentions
WHERE {{template "_filters.sql"}}
GROUP BY `渠道`
ORDER BY `信息量` DESC, `渠道`
LIMIT 20
