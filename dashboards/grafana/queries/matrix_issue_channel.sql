WITH cells AS
(
    SELECT name AS row, channel AS column, count() AS posts
    FROM mentions
    ARRAY JOIN tag_names AS name
    WHERE {{template "_filters.sql"}}
    GROUP BY row, column
)
SELECT row AS `问题`, column AS `渠道`, posts AS `信息量`
FROM
    {{template "_matrix.sql"}}
WHERE row_place <= 20 AND column_place <= 10
ORDER BY row_place, column_place
