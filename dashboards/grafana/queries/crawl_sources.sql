SELECT
    source AS `来源`,
    if({{template "_late.sql"}}, '过期', '正常') AS `状态`,
    if(ended_at = toDateTime64(0, 3, 'UTC'), NULL, dateDiff('minute', ended_at, now())) AS `距上次采集`,
    nullIf(ended_at, toDateTime64(0, 3, 'UTC')) AS `上次采集`,
    nullIf(next_at, toDateTime64(0, 3, 'UTC')) AS `下次采集`,
    reason AS `结束原因`,
    substringUTF8(detail, 1, 200) AS `说明`,
    errors AS `错误`,
    failing AS `连续失败`,
    if(flagged, '可能失配', '') AS `选择器`,
    today AS `今日新信息`,
    waiting AS `待取页面`,
    given_up AS `放弃页面`
FROM source_health FINAL
WHERE {{template "_crawled.sql"}}
ORDER BY `状态` = '过期' DESC, failing DESC, source, process
LIMIT 500
