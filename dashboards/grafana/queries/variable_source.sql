SELECT value
FROM
(
    SELECT line AS value, sum(posts) AS posts
    FROM counts
    WHERE per = 'source'
      AND {{template "_day.sql"}}
    GROUP BY line
    UNION ALL
    SELECT source, count()
    FROM posts
    WHERE {{template "_unlisted.sql"}}
    GROUP BY source
)
WHERE value != ''
GROUP BY value
ORDER BY sum(posts) DESC, value
LIMIT 200
