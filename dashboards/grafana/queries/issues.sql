{{template "_hours.sql"}}
SELECT
    if(max(name) != '', max(name), {{issueName "tag"}}) AS `问题`,
    sum(posts) AS `信息量`,
    sum(negative) / sum(posts) AS `吐槽占比`,
    tag
FROM
(
    SELECT line AS tag, '' AS name, sum(posts) AS posts, sum(negative) AS negative
    FROM counts
    WHERE per = 'tag'
      AND {{template "_counted.sql" "every line"}}
    GROUP BY line
    UNION ALL
    SELECT issue.1 AS tag, argMax(issue.2, published_at), count(), countIf(sensitive)
    FROM mentions
    ARRAY JOIN arrayZip(tags, tag_names) AS issue
    WHERE {{template "_uncounted.sql" "every line"}}
      AND $__conditionalAll(has({{chosen "domain"}}, splitByChar('.', issue.1)[1]), $domain)
    GROUP BY tag
    UNION ALL
    {{template "_names.sql" ", 0"}}
)
GROUP BY tag
HAVING `信息量` > 0
ORDER BY `信息量` DESC, tag
LIMIT 20
