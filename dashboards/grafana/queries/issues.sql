SELECT
    argMax(issue.2, published_at) AS `问题`,
    count() AS `信息量`,
    countIf(sensitive) / count() AS `吐槽占比`,
    issue.1 AS tag
FROM mentions
ARRAY JOIN arrayZip(tags, tag_names) AS issue
WHERE {{template "_filters.sql"}}
  AND $__conditionalAll(splitByChar('.', issue.1)[1] IN (${domain:singlequote}), $domain)
GROUP BY tag
ORDER BY `信息量` DESC, tag
LIMIT 20
