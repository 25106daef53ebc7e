{{template "_hours.sql"}}
SELECT uniqExact(line) AS `来源数`
FROM
(
    SELECT line
    FROM counts
    WHERE per = 'source'
      AND {{template "_counted.sql" "every line"}}
    GROUP BY line
    UNION ALL
    SELECT source
    FROM mentions
    WHERE {{template "_uncounted.sql" "every line"}}
    GROUP BY source
)
