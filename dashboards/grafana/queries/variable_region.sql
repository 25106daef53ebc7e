SELECT value
FROM
(
    SELECT line AS value, sum(posts) AS posts
    FROM counts
    WHERE per = 'region'
      AND {{template "_day.sql"}}
    GROUP BY line
    UNION ALL
    SELECT region, count()
    FROM posts
    WHERE {{template "_unlisted.sql"}}
    GROUP BY region
)
WHERE value != ''
GROUP BY value
ORDER BY sum(posts) DESC, value
LIMIT 200
