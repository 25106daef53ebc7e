SELECT
    fired_at AS time,
    concat(name, '，热度 ', toString(round(peak_heat)), '，规则 ', rule) AS text,
    transform(state, ['firing', 'resolved'], ['报警中', '已解除'], state) AS tags
FROM alerts FINAL
WHERE $__timeFilter(fired_at)
ORDER BY time
LIMIT 100
