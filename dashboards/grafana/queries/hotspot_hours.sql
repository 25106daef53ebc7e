SELECT
    toDateTime(parseDateTimeBestEffort(hour.at), 'Asia/Shanghai') AS time,
    hour.voices AS `发声`,
    hour.expected AS `平常`,
    hour.high AS `常态上限`,
    hour.low AS `常态下限`
FROM
(
    {{template "_hotspot.sql"}}
)
ARRAY JOIN JSONExtract(evidence, 'hours', 'Array(Tuple(at String, voices Float64, expected Float64, low Float64, high Float64))') AS hour
ORDER BY time
LIMIT 1000
