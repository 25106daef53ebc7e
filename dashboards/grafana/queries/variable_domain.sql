SELECT concat({{domainName "id"}}, '|', id)
FROM
(
    SELECT line AS id, sum(posts) AS posts
    FROM counts
    WHERE per = 'domain'
      AND {{template "_day.sql"}}
    GROUP BY line
    UNION ALL
    SELECT domain, count()
    FROM posts
    ARRAY JOIN domains AS domain
    WHERE {{template "_unlisted.sql"}}
    GROUP BY domain
)
GROUP BY id
ORDER BY sum(posts) DESC, id
LIMIT 100
