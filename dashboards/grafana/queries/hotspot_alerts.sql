{{template "_hotspot_posts.sql"}}
SELECT
    rule AS `规则`,
    state AS `状态`,
    peak_heat AS `最高热度`,
    since_at AS `首次达到`,
    nullIf(fired_at, toDateTime64(0, 3, 'UTC')) AS `报警`,
    nullIf(resolved_at, toDateTime64(0, 3, 'UTC')) AS `解除`,
    arrayStringConcat(receivers, '、') AS `通知`
FROM alerts FINAL
WHERE tag = hotspot.1 AND part_of = hotspot.2 AND part = hotspot.3
  AND since_at >= hotspot.4 AND since_at <= hotspot.5 + INTERVAL 1 DAY
ORDER BY since_at DESC, rule
LIMIT 50
