{{template "_hours.sql"}}
SELECT sum(posts) AS posts, sum(negative) AS negative
FROM
(
    SELECT sum(posts) AS posts, sum(negative) AS negative
    FROM counts
    WHERE {{template "_line.sql"}}
      AND {{template "_counted.sql" "one line"}}
    UNION ALL
    SELECT count(), countIf(sensitive)
    FROM mentions
    WHERE {{template "_uncounted.sql" "one line"}}
)
