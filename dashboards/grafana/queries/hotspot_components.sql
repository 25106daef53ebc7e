SELECT
    transform(part.name,
        ['volume', 'acceleration', 'sensitive', 'spread', 'engagement', 'novelty', 'independence', 'listed'],
        ['信息量', '加速', '吐槽', '扩散', '互动', '新词', '独立性', '热榜'], part.name) AS `成分`,
    part.points AS `热度贡献`,
    part.says AS `依据`
FROM
(
    {{template "_hotspot.sql"}}
)
ARRAY JOIN JSONExtract(components, 'Array(Tuple(name String, points Float64, says String))') AS part
ORDER BY abs(part.points) DESC, part.name
LIMIT 20
