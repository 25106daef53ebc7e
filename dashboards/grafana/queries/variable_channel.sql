SELECT value
FROM
(
    SELECT line AS value, sum(posts) AS posts
    FROM counts
    WHERE per = 'channel'
      AND {{template "_day.sql"}}
    GROUP BY line
    UNION ALL
    SELECT channel, count()
    FROM posts
    WHERE {{template "_unlisted.sql"}}
    GROUP BY channel
)
WHERE value != ''
GROUP BY value
ORDER BY sum(posts) DESC, value
LIMIT 200
