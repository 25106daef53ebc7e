SELECT
    uniqExact(source) AS `来源`,
    uniqExactIf(source, {{template "_late.sql"}}) AS `过期来源`,
    sum(today) AS `今日新信息`,
    sum(errors) AS `最近一次错误`,
    sum(waiting) AS `待取页面`,
    sum(given_up) AS `放弃页面`
FROM source_health FINAL
WHERE {{template "_crawled.sql"}}
