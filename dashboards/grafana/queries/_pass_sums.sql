SELECT time, source, total
FROM
(
    SELECT *, dense_rank() OVER (ORDER BY whole DESC, source) AS place
    FROM
    (
        SELECT *, sum(total) OVER (PARTITION BY source) AS whole
        FROM
        (
            SELECT {{template "_pass_bucket.sql"}} AS time, source, sum({{.}}) AS total
            FROM crawl_passes FINAL
            WHERE $__timeFilter(started) AND {{template "_crawled.sql"}}
            GROUP BY time, source
        )
    )
)
WHERE place <= 20
