SELECT concat(argMax(issue.2, published_at), '|', issue.1)
FROM posts
ARRAY JOIN arrayZip(tags, tag_names) AS issue
WHERE $__timeFilter(published_at)
  AND deleted = 0
  AND $__conditionalAll(has({{chosen "domain"}}, splitByChar('.', issue.1)[1]), $domain)
GROUP BY issue.1
ORDER BY count() DESC, issue.1
LIMIT 500
