SELECT value
FROM
(
    SELECT line AS value, sum(posts) AS posts
    FROM counts
    WHERE per = 'brand'
      AND {{template "_day.sql"}}
    GROUP BY line
    UNION ALL
    SELECT brand, count()
    FROM posts
    ARRAY JOIN brands AS brand
    WHERE {{template "_unlisted.sql"}}
    GROUP BY brand
)
WHERE value != ''
GROUP BY value
ORDER BY sum(posts) DESC, value
LIMIT 500
