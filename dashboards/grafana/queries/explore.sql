SELECT time, key, posts AS `信息量`
FROM
(
    SELECT time, key, posts
    FROM
    (
        SELECT *, dense_rank() OVER (ORDER BY total DESC, key) AS place
        FROM
        (
            SELECT *, sum(posts) OVER (PARTITION BY key) AS total
            FROM
            (
                SELECT {{template "_bucket.sql"}} AS time, key, count() AS posts
                FROM mentions
                ARRAY JOIN {{template "_split.sql"}} AS key
                WHERE {{template "_filters.sql"}}
                GROUP BY time, key
            )
        )
    )
    WHERE place <= 10
    ORDER BY key, time {{template "_fill.sql"}}
)
ORDER BY time
