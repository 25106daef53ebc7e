{{template "_hours.sql"}}
SELECT time, sum(posts) AS `信息量`, sum(negative) AS `吐槽类信息`
FROM
(
    SELECT {{template "_hour.sql"}} AS time, sum(posts) AS posts, sum(negative) AS negative
    FROM counts
    WHERE {{template "_line.sql"}}
      AND {{template "_counted.sql" "one line by time"}}
    GROUP BY time
    UNION ALL
    SELECT {{template "_bucket.sql"}} AS time, count(), countIf(sensitive)
    FROM mentions
    WHERE {{template "_uncounted.sql" "one line by time"}}
    GROUP BY time
)
GROUP BY time
ORDER BY time {{template "_fill.sql"}}
