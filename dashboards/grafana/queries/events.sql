SELECT
    title AS `事件`,
    arrayStringConcat(arrayMap(t -> {{issueName "t"}}, arraySlice(tags, 1, 3)), '、') AS `问题`,
    posts AS `信息量`,
    least(authors, texts) AS `独立声音`,
    sensitive_share AS `吐槽占比`,
    sources AS `来源数`,
    from_at AS `首条`,
    peak_at AS `最热日`,
    to_at AS `末条`,
    tags[1] AS tag,
    toString(toUnixTimestamp64Milli(from_at)) AS from_ms,
    toString(toUnixTimestamp64Milli(to_at) + 1000) AS to_ms
FROM events FINAL
WHERE NOT gone AND from_at <= $__toTime AND to_at >= $__fromTime
  AND $__conditionalAll(hasAny(arrayMap(t -> splitByChar('.', t)[1], tags), {{chosen "domain"}}), $domain)
  AND $__conditionalAll(hasAny(tags, {{chosen "issue"}}), $issue)
ORDER BY `独立声音` DESC, `信息量` DESC, from_at, id
LIMIT 100
