{{template "_hours.sql"}}
SELECT line AS `渠道`, sum(posts) AS `信息量`
FROM
(
    SELECT line, sum(posts) AS posts
    FROM counts
    WHERE per = 'channel'
      AND {{template "_counted.sql" "every line"}}
    GROUP BY line
    UNION ALL
    SELECT channel, count()
    FROM mentions
    WHERE {{template "_uncounted.sql" "every line"}}
    GROUP BY channel
)
GROUP BY line
ORDER BY `信息量` DESC, line
LIMIT 20
