SELECT uniqExact(source) AS `来源数`
FROM mentions
WHERE {{template "_filters.sql"}}
