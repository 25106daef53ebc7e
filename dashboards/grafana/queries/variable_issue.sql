SELECT concat(argMax(issue.2, published_at), '|', issue.1)
FROM mentions
ARRAY JOIN arrayZip(tags, tag_names) AS issue
WHERE $__timeFilter(published_at)
  AND $__conditionalAll(splitByChar('.', issue.1)[1] IN (${domain:singlequote}), $domain)
GROUP BY issue.1
ORDER BY count() DESC, issue.1
LIMIT 500
