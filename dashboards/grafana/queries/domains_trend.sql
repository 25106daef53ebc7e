{{template "_hours.sql"}}
SELECT *
FROM
(
    SELECT time, {{domainName "id"}} AS domain, id, sum(posts) AS `信息量`
    FROM
    (
        SELECT {{template "_hour.sql"}} AS time, line AS id, sum(posts) AS posts
        FROM counts
        WHERE per = 'domain'
          AND {{template "_counted.sql" "every line by time"}}
        GROUP BY time, id
        UNION ALL
        SELECT {{template "_bucket.sql"}} AS time, id, count()
        FROM mentions
        ARRAY JOIN domains AS id
        WHERE {{template "_uncounted.sql" "every line by time"}}
          AND $__conditionalAll(has({{chosen "domain"}}, id), $domain)
        GROUP BY time, id
    )
    GROUP BY time, id
    ORDER BY domain, id, time {{template "_fill.sql"}}
)
ORDER BY time
