WITH cells AS
(
    SELECT brand AS row, if(region = '', '未知', region) AS column, count() AS posts
    FROM mentions
    ARRAY JOIN arrayDistinct(brands) AS brand
    WHERE {{template "_filters.sql"}}
    GROUP BY row, column
)
SELECT row AS `品牌`, column AS `地区`, posts AS `信息量`
FROM
    {{template "_matrix.sql"}}
WHERE row_place <= 20 AND column_place <= 10
ORDER BY row_place, column_place
