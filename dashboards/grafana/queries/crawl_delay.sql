SELECT
    source AS `来源`,
    count() AS `信息量`,
    quantile(0.5)(delay) AS `中位`,
    quantile(0.9)(delay) AS `九成以内`,
    max(published_at) AS `最新一条`
FROM
(
    SELECT source, published_at, greatest(dateDiff('second', published_at, collected_at), 0) / 60 AS delay
    FROM mentions
    WHERE published_at > greatest($__fromTime, $__toTime - INTERVAL 7 DAY) AND published_at <= $__toTime
      AND NOT undated AND {{template "_crawled.sql"}}
)
GROUP BY source
ORDER BY `九成以内` DESC, source
LIMIT 200
