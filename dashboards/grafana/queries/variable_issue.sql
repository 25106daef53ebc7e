SELECT concat(if(max(name) != '', max(name), {{issueName "tag"}}), '|', tag)
FROM
(
    SELECT line AS tag, '' AS name, sum(posts) AS posts
    FROM counts
    WHERE per = 'tag'
      AND {{template "_day.sql"}}
    GROUP BY line
    UNION ALL
    SELECT issue.1 AS tag, argMax(issue.2, published_at), count()
    FROM posts
    ARRAY JOIN arrayZip(tags, tag_names) AS issue
    WHERE {{template "_unlisted.sql"}}
    GROUP BY tag
    UNION ALL
    {{template "_names.sql" ""}}
)
WHERE $__conditionalAll(has({{chosen "domain"}}, splitByChar('.', tag)[1]), $domain)
GROUP BY tag
HAVING sum(posts) > 0
ORDER BY sum(posts) DESC, tag
LIMIT 500
