SELECT
    name AS `热点`,
    rule AS `规则`,
    state AS `状态`,
    peak_heat AS `最高热度`,
    posts AS `信息量`,
    since_at AS `首次达到`,
    nullIf(fired_at, toDateTime64(0, 3, 'UTC')) AS `报警`,
    nullIf(resolved_at, toDateTime64(0, 3, 'UTC')) AS `解除`,
    arrayStringConcat(receivers, '、') AS `通知`,
    tag
FROM alerts FINAL
WHERE since_at <= $__toTime AND (state != 'resolved' OR resolved_at >= $__fromTime)
  AND $__conditionalAll(has({{chosen "domain"}}, splitByChar('.', tag)[1]), $domain)
  AND $__conditionalAll(has({{chosen "issue"}}, tag), $issue)
ORDER BY since_at DESC, rule, tag, part_of, part
LIMIT 200
