SELECT uniqCombined64If(20)(author, author != toFixedString('', 16)) + countIf(author = toFixedString('', 16)) AS `发声人数`
FROM mentions
WHERE {{template "_filters.sql"}}
